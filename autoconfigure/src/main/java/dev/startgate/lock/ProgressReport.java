package dev.startgate.lock;

import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.gate.StartExecutors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the waiting replicas of a holder's progress. Only the latest progress matters:
 * while the connection hangs, no more than one thread waits for it here.
 */
final class ProgressReport {

	private static final Logger logger = LoggerFactory.getLogger(ProgressReport.class);

	private final HeldRows rows;

	private final StartExecutors threads;

	private final AtomicReference<@Nullable Progress> unsaid = new AtomicReference<>();

	ProgressReport(HeldRows rows, StartExecutors threads) {
		this.rows = rows;
		this.threads = threads;
	}

	void tell(Progress progress) {
		if (this.unsaid.getAndSet(progress) == null) {
			try {
				this.threads.workers()
					.execute(() -> this.rows.note(() -> Objects.requireNonNull(this.unsaid.getAndSet(null))));
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The application is ending", ex);
			}
		}
	}

}
