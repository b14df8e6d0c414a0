/**
 * What initializes the database beside Flyway: on one replica first.
 */
@NullMarked
package dev.startgate.initializer;

import org.jspecify.annotations.NullMarked;
