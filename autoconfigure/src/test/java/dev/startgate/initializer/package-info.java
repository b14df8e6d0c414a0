/**
 * What else initializes a database when an application starts: eight processes at once.
 */
@NullMarked
package dev.startgate.initializer;

import org.jspecify.annotations.NullMarked;
