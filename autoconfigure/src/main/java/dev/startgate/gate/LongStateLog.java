package dev.startgate.gate;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateSnapshot;
import dev.startgate.GateState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs every now and then what is going on, as long as the state remains the same and
 * something is under way. Waiting for another replica is logged by the wait itself.
 */
public final class LongStateLog implements GateListener {

	private static final Logger logger = LoggerFactory.getLogger(LongStateLog.class);

	static final Duration SAY_AGAIN = Duration.ofSeconds(30);

	private final Gate gate;

	private final Time time;

	private final ScheduledExecutorService timers;

	private @Nullable Future<?> timer;

	public LongStateLog(Gate gate, Time time, ScheduledExecutorService timers) {
		this.gate = gate;
		this.time = time;
		this.timers = timers;
	}

	@Override
	public synchronized void stateChanged(GateSnapshot before, GateSnapshot after) {
		if (this.timer != null) {
			this.timer.cancel(false);
			this.timer = null;
		}
		if (verb(after.state()) != null && !this.timers.isShutdown()) {
			// a blocked state that is entered again keeps the time when it began
			Duration passed = Duration.between(after.since(), this.time.instant());
			long began = this.time.nanoTime() - passed.toNanos();
			this.timer = this.timers.scheduleAtFixedRate(() -> say(after, began),
					SAY_AGAIN.toMillis() - Math.floorMod(passed.toMillis(), SAY_AGAIN.toMillis()), SAY_AGAIN.toMillis(),
					TimeUnit.MILLISECONDS);
		}
	}

	private void say(GateSnapshot entered, long began) {
		GateSnapshot now = this.gate.snapshot();
		String verb = verb(now.state());
		String what = UnderWay.of(now, this.time.instant());
		if (verb != null && what != null && now.state() == entered.state() && now.since().equals(entered.since())) {
			logger.info("This replica '{}' has been {} for {} s, since {}: {}{}", now.replica(), verb,
					this.time.since(began).toSeconds(), now.since().truncatedTo(ChronoUnit.SECONDS), what,
					(now.state() == GateState.CONNECTING) ? lastRetry() : "");
		}
	}

	/**
	 * Return why the database was not reached the last time.
	 */
	private String lastRetry() {
		return this.gate.journal()
			.entries()
			.retries()
			.stream()
			.filter((retry) -> retry.cause() == StartCounter.DATABASE_UNREACHABLE)
			.reduce((first, second) -> second)
			.map((retry) -> ". " + retry.why())
			.orElse("");
	}

	private static @Nullable String verb(GateState state) {
		return switch (state) {
			case CONNECTING -> "connecting";
			case MIGRATING -> "migrating";
			case SETTLING -> "settling";
			case BLOCKED -> "blocked";
			case CLOSED, WAITING, OPEN, FAILED -> null;
		};
	}

}
