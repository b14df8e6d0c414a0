package dev.startgate.flyway;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

import dev.startgate.GateState;
import dev.startgate.SchemaChangedEvent;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Retires connections that are older than the schema: during the start and, if the schema
 * is watched, as long as the application runs. Watching also shows this replica as not
 * ready if the schema is too new for it.
 */
public final class SchemaWatch {

	private static final Logger logger = LoggerFactory.getLogger(SchemaWatch.class);

	private final Gate gate;

	private final StartExecutors threads;

	private final Instant began;

	private final @Nullable Duration interval;

	private final @Nullable MigrationVersion maximum;

	private final Runnable retire;

	private final ApplicationEventPublisher events;

	private final List<WatchedHistory> histories = new CopyOnWriteArrayList<>();

	/**
	 * Create a new object.
	 * @param gate watching begins when it opens
	 * @param threads the threads
	 * @param began when the application began; no connection is older
	 * @param interval the pause between two looks, {@code null} not to watch
	 * @param maximum the highest version with which this replica is ready, {@code null}
	 * if it is ready with any
	 * @param retire retires connections
	 * @param events publishes changes of the schema
	 */
	public SchemaWatch(Gate gate, StartExecutors threads, Instant began, @Nullable Duration interval,
			@Nullable String maximum, Runnable retire, ApplicationEventPublisher events) {
		this.gate = gate;
		this.threads = threads;
		this.began = began;
		this.interval = interval;
		this.maximum = (maximum != null) ? MigrationVersion.fromVersion(maximum) : null;
		this.retire = retire;
		this.events = events;
		if (interval != null) {
			gate.addListener((before, after) -> {
				if (after.state() == GateState.OPEN) {
					// so far, a migration that has failed counts as applied
					this.histories.stream().filter(WatchedHistory::isTooNew).forEach(this::look);
					// also if a look has failed
					judge();
					schedule(interval);
				}
			});
		}
	}

	/**
	 * A schema is at the version that this application brings.
	 * @param name the name of its Flyway
	 * @param target the history
	 * @param now what is in the history
	 * @param changed whether it has changed, or may have, since this replica looked first
	 */
	void reached(String name, ProtectedSchema target, HistorySnapshot now, boolean changed) {
		if (changed || now.hasChangedSince(this.began)) {
			this.retire.run();
		}
		if (this.interval != null && this.gate.snapshot().state() != GateState.OPEN) {
			this.histories.add(new WatchedHistory(name, target, now, this.maximum));
		}
	}

	private void schedule(Duration pause) {
		try {
			this.threads.timers()
				.schedule(() -> this.threads.workers().execute(() -> look(pause)), pause.toNanos(),
						TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The application ends", ex);
		}
	}

	private void look(Duration pause) {
		this.histories.forEach(this::look);
		schedule(pause);
	}

	private void look(WatchedHistory history) {
		try {
			boolean changed = history.hasChanged();
			if (changed) {
				logger.info("Another replica has changed the schema of '{}', which is at version '{}' now",
						history.name(), history.version());
				this.retire.run();
			}
			judge();
			if (changed) {
				publish(new SchemaChangedEvent(this.gate, history.name(), history.version()));
			}
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("Could not look whether the schema of '{}' has changed", history.name(), ex);
		}
		catch (Error ex) {
			logger.error("A look at the schema of '{}' has failed. The next one follows", history.name(), ex);
		}
	}

	private void publish(SchemaChangedEvent event) {
		try {
			this.events.publishEvent(event);
		}
		catch (RuntimeException | Error ex) {
			logger.error("A listener for {} has failed", event.getClass().getSimpleName(), ex);
		}
	}

	/**
	 * Show this replica as not ready while a schema is too new. Work beside requests goes
	 * on, and listeners may end it.
	 */
	private void judge() {
		String before = this.gate.snapshot().reason();
		String reason = this.histories.stream()
			.filter(WatchedHistory::isTooNew)
			.findFirst()
			.map((history) -> "The schema of '%s' is at version '%s', and this application works with none above '%s'"
				.formatted(history.name(), history.schemaVersion(), this.maximum))
			.orElse(null);
		if (!Objects.equals(reason, before)) {
			this.gate.showUnready(reason);
			if (reason != null) {
				logger.warn("This replica is not ready: {}", reason);
			}
			else {
				logger.info("This replica is ready again: no schema is above version '{}'", this.maximum);
			}
		}
	}

}
