package dev.startgate.probe;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.startgate.GateSnapshot;
import dev.startgate.GateState;
import dev.startgate.gate.Gate;
import dev.startgate.gate.GateListener;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.probe.ProbePort.Role;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers probes from the first wait or work until the real servers do. If it fails, the
 * start goes on.
 */
public final class EarlyProbes implements GateListener, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EarlyProbes.class);

	private static final Duration LONG = Duration.ofSeconds(3);

	private final Gate gate;

	private final StartExecutors threads;

	private final Time time;

	private final Supplier<List<ProbePort>> ports;

	private final @Nullable ProbeAnswers answers;

	private final Map<Role, ProbeServer> servers = new EnumMap<>(Role.class);

	private boolean decided;

	/**
	 * Create an object that has no port open.
	 * @param gate the gate whose state is read
	 * @param threads the threads that open ports
	 * @param time the time
	 * @param ports where to answer; called at most once, when there is something to do
	 * @param answers what to answer to probes, {@code null} if no port has a path for one
	 */
	public EarlyProbes(Gate gate, StartExecutors threads, Time time, Supplier<List<ProbePort>> ports,
			@Nullable ProbeAnswers answers) {
		this.gate = gate;
		this.threads = threads;
		this.time = time;
		this.ports = ports;
		this.answers = answers;
	}

	@Override
	public void stateChanged(GateSnapshot before, GateSnapshot after) {
		switch (after.state()) {
			case WAITING, MIGRATING, BLOCKED -> later(Duration.ZERO, this::open);
			// looking at a database is quick, waiting for one that is down takes long
			case CONNECTING -> later(LONG, () -> openIfConnectingSince(after.since()));
			case CLOSED, SETTLING, OPEN, FAILED -> {
			}
		}
	}

	private void later(Duration delay, Runnable task) {
		try {
			this.threads.timers().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application is ending", ex);
		}
	}

	private void openIfConnectingSince(Instant since) {
		GateSnapshot now = this.gate.snapshot();
		if (now.state() == GateState.CONNECTING && now.since().equals(since)) {
			open();
		}
	}

	private synchronized void open() {
		if (this.decided) {
			return;
		}
		this.decided = true;
		try {
			this.ports.get().forEach(this::open);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("Probes are not answered before the web server starts", ex);
		}
	}

	private void open(ProbePort port) {
		try {
			this.servers.put(port.role(), ProbeServer.open(port, this.answers, this.time));
			logger.info("Answering {} on port {} until the web server does", port.answered(), port.number());
		}
		catch (IOException ex) {
			logger.warn("Probes are not answered on port {} before the web server starts: {}", port.number(),
					ex.toString());
		}
	}

	/**
	 * Free a port for its web server. No port is opened after this call.
	 * @return whether probes were answered on it
	 */
	synchronized boolean handOver(Role role) {
		this.decided = true;
		ProbeServer server = this.servers.remove(role);
		if (server == null) {
			return false;
		}
		try {
			server.close();
			logger.debug("The {} port is free for the web server", role.toString().toLowerCase(Locale.ROOT));
		}
		catch (RuntimeException ex) {
			logger.warn("The {} port could not be freed for the web server", role.toString().toLowerCase(Locale.ROOT),
					ex);
		}
		return true;
	}

	@Override
	public void close() {
		for (Role role : Role.values()) {
			handOver(role);
		}
	}

}
