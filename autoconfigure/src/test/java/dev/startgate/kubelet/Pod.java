package dev.startgate.kubelet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * A pod whose container is always restarted by the rules of the kubelet: probes, SIGTERM,
 * a grace period, SIGKILL, and a back-off that begins with the second restart.
 */
final class Pod implements AutoCloseable {

	private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

	private final PodSpec spec;

	private final Path directory;

	private final Duration firstBackoff;

	private final long began = System.nanoTime();

	private final Thread thread;

	private final List<String> restarts = new CopyOnWriteArrayList<>();

	private volatile @Nullable Container container;

	private volatile @Nullable Duration readyAfter;

	private volatile boolean ready;

	private Pod(PodSpec spec, Path directory, Duration firstBackoff) {
		this.spec = spec;
		this.directory = directory;
		this.firstBackoff = firstBackoff;
		this.thread = new Thread(this::keepRunning, "kubelet-" + spec.name());
	}

	static Pod run(PodSpec spec, Path directory, Duration firstBackoff) {
		Pod pod = new Pod(spec, directory, firstBackoff);
		pod.thread.start();
		return pod;
	}

	private void keepRunning() {
		try {
			Duration backoff = Duration.ZERO;
			for (int run = 0;; run++) {
				Container container = Container.start(this.directory.resolve(this.spec.name() + "-" + run + ".log"),
						this.spec);
				this.container = container;
				this.restarts.add("+%d s: %s".formatted(age().toSeconds(), runToItsEnd(container)));
				this.ready = false;
				Thread.sleep(backoff.toMillis());
				backoff = backoff.isZero() ? this.firstBackoff : backoff.multipliedBy(2);
				backoff = (backoff.compareTo(LONGEST_BACKOFF) < 0) ? backoff : LONGEST_BACKOFF;
			}
		}
		catch (InterruptedException ex) {
			Container last = this.container;
			if (last != null) {
				last.kill();
			}
		}
	}

	private String runToItsEnd(Container container) throws InterruptedException {
		ProbeWorker startup = (this.spec.startup() != null) ? new ProbeWorker(this.spec.startup()) : null;
		ProbeWorker liveness = new ProbeWorker(this.spec.liveness());
		ProbeWorker readiness = new ProbeWorker(this.spec.readiness());
		while (container.isRunning()) {
			if (startup != null && !startup.hasSucceeded()) {
				startup.work(container);
				if (startup.hasFailed()) {
					return stop(container, "startup");
				}
			}
			else {
				liveness.work(container);
				if (liveness.hasFailed()) {
					return stop(container, "liveness");
				}
				readiness.work(container);
				ready(readiness.hasSucceeded());
			}
			Thread.sleep(50);
		}
		return "exit code " + container.exitCode();
	}

	private String stop(Container container, String probe) throws InterruptedException {
		ready(false);
		Duration failed = age();
		boolean ended = container.stop(this.spec.gracePeriod());
		return "%s probe failed at +%d s, %s".formatted(probe, failed.toSeconds(), ended ? "SIGTERM" : "SIGKILL");
	}

	private void ready(boolean ready) {
		this.ready = ready;
		if (ready && this.readyAfter == null) {
			this.readyAfter = age();
		}
	}

	private Duration age() {
		return Duration.ofNanos(System.nanoTime() - this.began);
	}

	String name() {
		return this.spec.name();
	}

	boolean isReady() {
		return this.ready;
	}

	/**
	 * Return how long it took until the pod was ready for the first time.
	 */
	@Nullable Duration readyAfter() {
		return this.readyAfter;
	}

	/**
	 * Return the reason of each restart of the container.
	 */
	List<String> restarts() {
		return this.restarts;
	}

	@Override
	public void close() throws InterruptedException {
		this.thread.interrupt();
		this.thread.join();
	}

}
