/**
 * Turning requests away until the gate is open.
 */
@NullMarked
package dev.startgate.web;

import org.jspecify.annotations.NullMarked;
