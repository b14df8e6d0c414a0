package dev.startgate.flyway;

import dev.startgate.coordination.RetryPolicy;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.Time;

/**
 * What is needed to work.
 *
 * @param gate shows how far the work is
 * @param time the time
 * @param pause the pause before another attempt
 * @param retries how many attempts there are
 * @param lockByTransaction whether the application has chosen that Flyway's own lock on
 * PostgreSQL is one by a transaction
 */
record Means(Gate gate, Time time, Pause pause, RetryPolicy retries, boolean lockByTransaction) {
}
