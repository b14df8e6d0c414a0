/**
 * What works on its own account, with the real libraries: none of it begins before the
 * gate is open.
 */
@NullMarked
package dev.startgate.deferral;

import org.jspecify.annotations.NullMarked;
