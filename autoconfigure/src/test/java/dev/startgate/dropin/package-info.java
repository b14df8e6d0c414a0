/**
 * Applications that add Startgate and change nothing else.
 */
@NullMarked
package dev.startgate.dropin;

import org.jspecify.annotations.NullMarked;
