package dev.startgate.kubelet;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a pod of one container consists of.
 *
 * @param name its name
 * @param port the port that is probed
 * @param properties of the application
 * @param startup without it the other probes begin at once
 * @param liveness fails: the container is restarted
 * @param readiness fails: no traffic
 * @param gracePeriod from SIGTERM to SIGKILL
 */
record PodSpec(String name, int port, List<String> properties, @Nullable ProbeSpec startup, ProbeSpec liveness,
		ProbeSpec readiness, Duration gracePeriod) {
}
