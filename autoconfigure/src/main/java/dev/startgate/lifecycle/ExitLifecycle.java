package dev.startgate.lifecycle;

import java.util.function.IntConsumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Ends a replica that only migrates. It does so when all beans exist, so that metadata
 * can be applied, and before any of them is started.
 */
public final class ExitLifecycle implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(ExitLifecycle.class);

	private final StartSequence sequence;

	private final @Nullable String done;

	private final IntConsumer end;

	/**
	 * Create a new object.
	 * @param sequence does the work before the end
	 * @param done the message at the end, {@code null} if this replica does not end
	 * @param end ends the process with an exit code, and does not return
	 */
	public ExitLifecycle(StartSequence sequence, @Nullable String done, IntConsumer end) {
		this.sequence = sequence;
		this.done = done;
		this.end = end;
	}

	/**
	 * Spring asks a bean whether it starts by itself in a refresh only, and not if the
	 * whole context is started.
	 */
	@Override
	public void start() {
		if (isAutoStartup()) {
			this.sequence.migrate();
			logger.info("{}. This replica ends with exit code 0", this.done);
			this.end.accept(0);
		}
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
		return this.done != null;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

}
