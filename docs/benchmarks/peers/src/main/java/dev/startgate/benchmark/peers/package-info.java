/**
 * Compares what replicas that start at once do with several tools, on the same databases
 * in one run.
 */
@NullMarked
package dev.startgate.benchmark.peers;

import org.jspecify.annotations.NullMarked;
