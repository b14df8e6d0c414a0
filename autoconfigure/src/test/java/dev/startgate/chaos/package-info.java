/**
 * Real processes, a real database and faults at random moments: what is promised is
 * checked from what the database itself recorded.
 */
@NullMarked
package dev.startgate.chaos;

import org.jspecify.annotations.NullMarked;
