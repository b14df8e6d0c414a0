/**
 * How long a start takes if there is nothing to do.
 */
@NullMarked
package dev.startgate.benchmark;

import org.jspecify.annotations.NullMarked;
