/**
 * The moments at which Spring calls us.
 */
@NullMarked
package dev.startgate.lifecycle;

import org.jspecify.annotations.NullMarked;
