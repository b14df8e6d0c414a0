/**
 * What a person reads when a start fails, and what to type.
 */
@NullMarked
package dev.startgate.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
