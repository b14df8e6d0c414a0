package dev.startgate.coordination;

import java.time.Duration;
import java.util.function.Supplier;

import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Pause;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something in the database, and repeats it while the database can't be reached.
 */
public final class DatabaseRetry {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseRetry.class);

	private static final Duration FIRST_DELAY = Duration.ofMillis(200);

	private static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

	/**
	 * How long to try again if a server is there but refuses, as it may while it is being
	 * set up, or if the pool is too small. The time counts from the first refusal, which
	 * may come after a while without a server.
	 */
	private static final Duration GRACE = Duration.ofSeconds(5);

	private final Gate gate;

	private final Time time;

	private final Pause pause;

	private final Duration maxWait;

	/**
	 * Create a new object.
	 * @param gate the gate, which is {@link GateState#CONNECTING} meanwhile
	 * @param time the time
	 * @param pause the pause between attempts
	 * @param maxWait how long to wait for a database that can't be reached
	 */
	public DatabaseRetry(Gate gate, Time time, Pause pause, Duration maxWait) {
		this.gate = gate;
		this.time = time;
		this.pause = pause;
		this.maxWait = maxWait;
	}

	/**
	 * Make attempts until one reaches the database.
	 * @param <T> the type of the result
	 * @param attempt the attempt
	 * @return its result
	 * @throws InterruptedException if the thread was interrupted between attempts
	 * @throws DatabaseUnreachableException if no attempt reached the database in time
	 */
	public <T> T reach(Supplier<T> attempt) throws InterruptedException {
		long began = this.time.nanoTime();
		Backoff backoff = new Backoff(FIRST_DELAY, LONGEST_DELAY);
		RunningStep timing = null;
		Long refused = null;
		try {
			while (true) {
				try {
					T result = attempt.get();
					if (timing != null) {
						logger.info("Reached the database after {} s", this.time.since(began).toSeconds());
					}
					return result;
				}
				catch (DatabaseUnreachableException ex) {
					Duration waited = this.time.since(began);
					if (!ex.getReason().isStable()) {
						refused = null;
					}
					else if (refused == null) {
						refused = this.time.nanoTime();
					}
					if (waited.compareTo(this.maxWait) >= 0
							|| (refused != null && this.time.since(refused).compareTo(GRACE) >= 0)) {
						throw new DatabaseUnreachableException(waited, ex);
					}
					this.gate.moveTo(GateState.CONNECTING);
					this.gate.journal()
						.retry(StartCounter.DATABASE_UNREACHABLE, this.time.instant(), String.valueOf(ex.getMessage()));
					if (timing == null) {
						Duration limit = (refused != null && GRACE.compareTo(this.maxWait) < 0) ? GRACE : this.maxWait;
						logger.info("{}; trying again for up to {} s", ex.getMessage(), limit.toSeconds());
						timing = this.gate.begin(StepKind.REACH, "the database");
					}
					Duration delay = backoff.next();
					this.pause.pause(delay);
					this.gate.journal().count(StartCounter.MILLISECOND_PAUSED, delay.toMillis());
				}
			}
		}
		finally {
			if (timing != null) {
				timing.close();
			}
		}
	}

}
