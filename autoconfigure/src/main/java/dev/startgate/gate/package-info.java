/**
 * The state of a start: the state machine, its snapshot, steps and journal. Knows no
 * Spring, no Flyway and no ShedLock.
 */
@NullMarked
package dev.startgate.gate;

import org.jspecify.annotations.NullMarked;
