package dev.startgate.kubelet;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The specification of a pod with one container.
 *
 * @param name its name
 * @param port the port that is probed
 * @param properties the properties of the application
 * @param startup the startup probe, without which the other probes begin at once
 * @param liveness the liveness probe, whose failure restarts the container
 * @param readiness the readiness probe, whose failure keeps traffic away
 * @param gracePeriod the time from SIGTERM to SIGKILL
 */
record PodSpec(String name, int port, List<String> properties, @Nullable ProbeSpec startup, ProbeSpec liveness,
		ProbeSpec readiness, Duration gracePeriod) {
}
