/**
 * The part of Kubernetes that ends pods: a kubelet with its real rules, and real
 * processes.
 */
@NullMarked
package dev.startgate.kubelet;

import org.jspecify.annotations.NullMarked;
