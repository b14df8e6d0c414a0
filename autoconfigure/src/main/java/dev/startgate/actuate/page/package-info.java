/**
 * The page that shows a start to people.
 */
@NullMarked
package dev.startgate.actuate.page;

import org.jspecify.annotations.NullMarked;
