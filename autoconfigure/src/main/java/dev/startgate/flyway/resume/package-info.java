/**
 * SQL migrations that go on at the statement where they stopped: how far one is, what its
 * statements do, and whether the one in doubt has taken effect.
 */
@NullMarked
package dev.startgate.flyway.resume;

import org.jspecify.annotations.NullMarked;
