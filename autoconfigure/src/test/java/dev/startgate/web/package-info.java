/**
 * Tests for an application whose web server is there before its schema.
 */
@NullMarked
package dev.startgate.web;

import org.jspecify.annotations.NullMarked;
