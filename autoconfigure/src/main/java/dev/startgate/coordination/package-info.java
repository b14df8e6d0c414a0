/**
 * The order of the steps of a start: who works, who waits, what is tried again; and the
 * ports through which it sees a lock.
 */
@NullMarked
package dev.startgate.coordination;

import org.jspecify.annotations.NullMarked;
