package dev.startgate;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;

/**
 * The schema is at the version that this application brings. Published once for each
 * replica and start, whether the replica migrated, waited for another one, or had nothing
 * to do, and before anything is settled: a listener may refresh what it keeps. Published
 * on the thread that starts the application.
 */
public final class MigrationsCompletedEvent extends ApplicationEvent {

	private final transient Duration waited;

	private final transient List<Migrated> migrated;

	private final transient boolean performedHere;

	private final transient List<String> resumed;

	/**
	 * Create a new event.
	 * @param gate the gate of this application
	 * @param performedHere whether this replica applied at least one migration
	 * @param waited how long this replica waited for another one
	 * @param migrated one entry for each Flyway
	 */
	public MigrationsCompletedEvent(StartupGate gate, boolean performedHere, Duration waited, List<Migrated> migrated) {
		this(gate, performedHere, waited, migrated, List.of());
	}

	/**
	 * Create a new event.
	 * @param gate the gate of this application
	 * @param performedHere whether this replica applied at least one migration
	 * @param waited how long this replica waited for another one
	 * @param migrated one entry for each Flyway
	 * @param resumed which migrations this replica has resumed, and how
	 */
	public MigrationsCompletedEvent(StartupGate gate, boolean performedHere, Duration waited, List<Migrated> migrated,
			List<String> resumed) {
		super(gate);
		this.resumed = List.copyOf(resumed);
		this.performedHere = performedHere;
		this.waited = waited;
		this.migrated = List.copyOf(migrated);
	}

	/**
	 * Return whether this replica applied at least one migration.
	 * @return whether this replica applied at least one migration
	 */
	public boolean performedHere() {
		return this.performedHere;
	}

	/**
	 * Return how long this replica waited for another one.
	 * @return the time waited, zero if it did not wait
	 */
	public Duration waited() {
		return this.waited;
	}

	/**
	 * Return what happened to each schema.
	 * @return one entry for each Flyway, empty without Flyway
	 */
	public List<Migrated> migrated() {
		return this.migrated;
	}

	/**
	 * Return which migrations this replica has resumed where another one had stopped: at
	 * which statement, after which replica, and what was found out about the statement in
	 * doubt.
	 * @return one sentence for each, for people, empty if there was none
	 */
	public List<String> resumed() {
		return this.resumed;
	}

	/**
	 * What happened to the schema of one Flyway.
	 *
	 * @param flyway the bean name, or the history table of a Flyway that is not a bean
	 * @param before the version that this replica found, {@code null} for an empty schema
	 * @param after the version now
	 * @param applied the migrations applied since this replica looked first, on any
	 * replica
	 */
	public record Migrated(String flyway, @Nullable String before, @Nullable String after, List<Applied> applied) {

		/**
		 * Create a new object with a copy of the list.
		 * @param flyway the name of the Flyway
		 * @param before the version that this replica found
		 * @param after the version now
		 * @param applied the migrations applied
		 */
		public Migrated {
			applied = List.copyOf(applied);
		}

	}

	/**
	 * One migration that was applied.
	 *
	 * @param version its version, {@code null} for a repeatable migration
	 * @param description its description
	 * @param took how long it took, as recorded by Flyway
	 * @param replica the replica that applied it, as far as this replica has seen
	 */
	public record Applied(@Nullable String version, String description, Duration took, String replica) {
	}

}
