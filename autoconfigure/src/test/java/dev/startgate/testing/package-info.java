/**
 * What several tests use: databases and applications.
 */
@NullMarked
package dev.startgate.testing;

import org.jspecify.annotations.NullMarked;
