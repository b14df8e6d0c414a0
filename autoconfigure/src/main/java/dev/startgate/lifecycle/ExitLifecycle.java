package dev.startgate.lifecycle;

import java.util.function.IntConsumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Ends a replica that only migrates: when all beans are there, so that metadata can be
 * applied, and before anything of them is started.
 */
public final class ExitLifecycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(ExitLifecycle.class);

	private final StartSequence sequence;

	private final boolean exits;

	private final IntConsumer end;

	/**
	 * Create a new object.
	 * @param sequence what is to be done before the end
	 * @param exits whether this replica ends
	 * @param end ends the process with an exit code, and does not return
	 */
	public ExitLifecycle(StartSequence sequence, boolean exits, IntConsumer end) {
		this.sequence = sequence;
		this.exits = exits;
		this.end = end;
	}

	@Override
	public void start() {
		this.sequence.migrate();
		logger.info("Nothing is left to migrate. This replica ends with exit code 0");
		this.end.accept(0);
	}

	@Override
	public void stop() {
	}

	@Override
	public boolean isRunning() {
		return false;
	}

	@Override
	public boolean isAutoStartup() {
		return this.exits;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

}
