/**
 * A small parcel service whose replicas start in order: an ordinary application with one
 * more dependency.
 */
@NullMarked
package dev.startgate.sample;

import org.jspecify.annotations.NullMarked;
