/**
 * Properties and wiring: with the diagnostics the only place that knows property names.
 */
@NullMarked
package dev.startgate.autoconfigure;

import org.jspecify.annotations.NullMarked;
