/**
 * Tests for what the pages show: it compiles, binds and runs.
 */
@NullMarked
package dev.startgate.documentation;

import org.jspecify.annotations.NullMarked;
