/**
 * Starts that can't succeed, and what a person reads.
 */
@NullMarked
package dev.startgate.failure;

import org.jspecify.annotations.NullMarked;
