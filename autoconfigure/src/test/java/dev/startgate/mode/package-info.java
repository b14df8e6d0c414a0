/**
 * Tests for replicas that wait, look, or migrate and exit.
 */
@NullMarked
package dev.startgate.mode;

import org.jspecify.annotations.NullMarked;
