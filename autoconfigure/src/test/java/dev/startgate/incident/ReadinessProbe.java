package dev.startgate.incident;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.probe.Answer;

/**
 * Asks replicas for their readiness, as a load balancer does, and counts how often one
 * was ready while metadata was unsettled.
 */
final class ReadinessProbe implements AutoCloseable {

	private final List<IncidentReplica> replicas;

	private final List<Engine> engines;

	private final Thread thread = new Thread(this::run, "probe");

	private volatile boolean over;

	private final AtomicInteger asked = new AtomicInteger();

	private final AtomicInteger tooEarly = new AtomicInteger();

	ReadinessProbe(List<IncidentReplica> replicas, List<Engine> engines) {
		this.replicas = replicas;
		this.engines = engines;
		this.thread.start();
	}

	private void run() {
		while (!this.over) {
			this.replicas.stream().filter((replica) -> replica.port() > 0).forEach(this::ask);
			try {
				TimeUnit.MILLISECONDS.sleep(100);
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	private void ask(IncidentReplica replica) {
		List<Engine> unsettled = this.engines.stream().filter(Engine::isUnsettled).toList();
		int status = Answer.get(replica.port(), "/actuator/health/readiness").status();
		if (status == Answer.NONE) {
			// a replica whose start has failed
			return;
		}
		this.asked.incrementAndGet();
		if (status == 200 && unsettled.stream().anyMatch(Engine::isUnsettled)) {
			this.tooEarly.incrementAndGet();
		}
	}

	int asked() {
		return this.asked.get();
	}

	int tooEarly() {
		return this.tooEarly.get();
	}

	@Override
	public void close() throws InterruptedException {
		this.over = true;
		this.thread.join();
	}

}
