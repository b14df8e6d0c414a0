/**
 * What applications import: the gate, its snapshot and events, and the beans that an
 * application may contribute. Everything else is in sub-packages.
 */
@NullMarked
package dev.startgate;

import org.jspecify.annotations.NullMarked;
