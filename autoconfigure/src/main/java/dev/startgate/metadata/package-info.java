/**
 * Applying metadata once across the fleet, and settling on every replica.
 */
@NullMarked
package dev.startgate.metadata;

import org.jspecify.annotations.NullMarked;
