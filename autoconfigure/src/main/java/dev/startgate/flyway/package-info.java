/**
 * Flyway under the lock: which Flyways there are, whether they have anything to do, and
 * how they do it.
 */
@NullMarked
package dev.startgate.flyway;

import org.jspecify.annotations.NullMarked;
