package dev.startgate.coordination;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Migrations that beans asked for while they were being created, kept until all beans
 * exist. Safe for use by several threads.
 */
public final class DeferredMigrations {

	private final Runnable check;

	private final List<Consumer<Function<ProtectedSchema, Work>>> migrations = new ArrayList<>();

	private final List<Runnable> late = new ArrayList<>();

	private boolean deferring;

	/**
	 * Create a new object.
	 * @param deferring whether migrations are deferred at all
	 * @param check makes sure, before the first migration is deferred, that no bean needs
	 * it earlier
	 */
	public DeferredMigrations(boolean deferring, Runnable check) {
		this.deferring = deferring;
		this.check = check;
	}

	/**
	 * Keep a migration for later, if it is to be deferred.
	 * @param migration migrates, and takes the work to do after it under the same lock
	 * @return {@code false} if it has to be run now
	 */
	public synchronized boolean defer(Consumer<Function<ProtectedSchema, Work>> migration) {
		if (!this.deferring) {
			return false;
		}
		if (this.migrations.isEmpty()) {
			this.check.run();
		}
		this.migrations.add(migration);
		return true;
	}

	/**
	 * Keep a migration that needs the whole context in any case.
	 * @param migration migrates
	 */
	public synchronized void keep(Runnable migration) {
		this.late.add(migration);
	}

	/**
	 * Run the migrations that were kept, in their order. Later ones run at once.
	 * @param after what has to be done after the deferred migration, if there is only one
	 * @return whether that was done too; several migrations do not tell its schema
	 */
	public boolean run(Function<ProtectedSchema, Work> after) {
		List<Consumer<Function<ProtectedSchema, Work>>> kept;
		List<Runnable> late;
		synchronized (this) {
			this.deferring = false;
			kept = List.copyOf(this.migrations);
			late = List.copyOf(this.late);
			this.migrations.clear();
			this.late.clear();
		}
		boolean one = kept.size() == 1;
		kept.forEach((migration) -> migration.accept(one ? after : (target) -> Work.NOTHING));
		late.forEach(Runnable::run);
		return one;
	}

}
