/**
 * The moments at which Spring calls.
 */
@NullMarked
package dev.startgate.lifecycle;

import org.jspecify.annotations.NullMarked;
