/**
 * The heart: the state machine, its snapshot, the order of steps, and the lock as a port.
 * Knows no Spring, no Flyway and no ShedLock.
 */
@NullMarked
package dev.startgate.gate;

import org.jspecify.annotations.NullMarked;
