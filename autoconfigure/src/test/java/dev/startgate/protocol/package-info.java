/**
 * The model of the protocol, in {@code docs/protocol}.
 */
@NullMarked
package dev.startgate.protocol;

import org.jspecify.annotations.NullMarked;
