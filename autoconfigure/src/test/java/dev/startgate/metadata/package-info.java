/**
 * Metadata and settling, as an application sees them.
 */
@NullMarked
package dev.startgate.metadata;

import org.jspecify.annotations.NullMarked;
