/**
 * Beans that begin to work by themselves, with the real libraries. None of them begins
 * before the gate is open.
 */
@NullMarked
package dev.startgate.deferral;

import org.jspecify.annotations.NullMarked;
