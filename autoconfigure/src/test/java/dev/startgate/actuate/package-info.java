/**
 * Health, as probes see it.
 */
@NullMarked
package dev.startgate.actuate;

import org.jspecify.annotations.NullMarked;
