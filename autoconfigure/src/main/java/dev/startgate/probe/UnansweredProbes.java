package dev.startgate.probe;

import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.GateSnapshot;
import dev.startgate.gate.GateListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs once, when there is something to wait for, that nobody answers probes meanwhile.
 */
public final class UnansweredProbes implements GateListener {

	private static final Logger logger = LoggerFactory.getLogger(UnansweredProbes.class);

	private final boolean matters;

	private final AtomicBoolean said = new AtomicBoolean();

	/**
	 * Create a new listener.
	 * @param matters whether somebody is likely to probe this application
	 */
	public UnansweredProbes(boolean matters) {
		this.matters = matters;
	}

	@Override
	public void stateChanged(GateSnapshot before, GateSnapshot after) {
		switch (after.state()) {
			case WAITING, MIGRATING, BLOCKED -> say();
			case CONNECTING, CLOSED, SETTLING, OPEN, FAILED -> {
			}
		}
	}

	private void say() {
		if (this.said.compareAndSet(false, true)) {
			String message = "Probes are not answered before the web server starts: that needs Actuator with an exposed "
					+ "health endpoint, and an application that is not a war file";
			logger.atLevel(this.matters ? Level.WARN : Level.DEBUG).log(message);
		}
	}

}
