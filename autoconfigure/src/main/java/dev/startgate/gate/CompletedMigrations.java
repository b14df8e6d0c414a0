package dev.startgate.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.MigrationsCompletedEvent;
import dev.startgate.MigrationsCompletedEvent.Migrated;

/**
 * Collects what happened to each schema while beans were being created, when no listener
 * can receive an event yet. Safe for use by several threads.
 */
public final class CompletedMigrations {

	private final List<Migrated> migrated = new ArrayList<>();

	private boolean performedHere;

	private Duration waited = Duration.ZERO;

	/**
	 * Add what happened to a schema.
	 * @param schema what happened
	 * @param here whether this replica applied a migration
	 */
	public synchronized void add(Migrated schema, boolean here) {
		this.migrated.add(schema);
		this.performedHere |= here;
	}

	/**
	 * Return whether no migration was asked for.
	 * @return whether there is no schema
	 */
	public synchronized boolean isEmpty() {
		return this.migrated.isEmpty();
	}

	/**
	 * Add a time that this replica waited for another one.
	 * @param time the time
	 */
	public synchronized void addWaited(Duration time) {
		this.waited = this.waited.plus(time);
	}

	/**
	 * Return all of it as an event.
	 * @param gate the gate of the application
	 * @return the event
	 */
	public synchronized MigrationsCompletedEvent toEvent(Gate gate) {
		return new MigrationsCompletedEvent(gate, this.performedHere, this.waited, this.migrated,
				gate.journal().entries().resumed().stream().map(StartJournal.Resumed::describe).toList());
	}

}
