/**
 * Starts real processes on a real database, and lets faults come at random moments. The
 * promises are checked from the records of the database and of the replicas.
 */
@NullMarked
package dev.startgate.chaos;

import org.jspecify.annotations.NullMarked;
