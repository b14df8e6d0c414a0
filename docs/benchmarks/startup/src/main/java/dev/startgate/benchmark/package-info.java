/**
 * How long a start takes that has nothing to do.
 */
@NullMarked
package dev.startgate.benchmark;

import org.jspecify.annotations.NullMarked;
