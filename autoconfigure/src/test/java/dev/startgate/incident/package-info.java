/**
 * The incident behind settling: metadata whose background work drops the connections of
 * the migrations.
 */
@NullMarked
package dev.startgate.incident;

import org.jspecify.annotations.NullMarked;
