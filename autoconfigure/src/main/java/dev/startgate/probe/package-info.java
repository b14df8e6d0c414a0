/**
 * Answering probes before there is a web server.
 */
@NullMarked
package dev.startgate.probe;

import org.jspecify.annotations.NullMarked;
