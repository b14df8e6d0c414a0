/**
 * Health.
 */
@NullMarked
package dev.startgate.actuate;

import org.jspecify.annotations.NullMarked;
