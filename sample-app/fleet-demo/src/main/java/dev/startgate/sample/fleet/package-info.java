/**
 * The fleet demo: starts several replicas of the sample application at the same moment on
 * an empty database, and shows what happens from outside. The application itself knows
 * nothing of it.
 */
@NullMarked
package dev.startgate.sample.fleet;

import org.jspecify.annotations.NullMarked;
