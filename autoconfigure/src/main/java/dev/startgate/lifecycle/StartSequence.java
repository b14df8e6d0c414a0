package dev.startgate.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.startgate.GateFailedEvent;
import dev.startgate.GateOpenedEvent;
import dev.startgate.GateState;
import dev.startgate.MetadataSource;
import dev.startgate.MetadataSource.Phase;
import dev.startgate.SettleCondition;
import dev.startgate.coordination.DeferredMigrations;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.MigrationCheck;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.ShutdownHook;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.coordination.Work;
import dev.startgate.coordination.WorkRunner;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartSummary;
import dev.startgate.metadata.MetadataLocation;
import dev.startgate.metadata.SettleWait;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;

/**
 * Does what is left when all beans are there: metadata, the event, settling, opening.
 */
public final class StartSequence {

	private static final Logger logger = LoggerFactory.getLogger(StartSequence.class);

	private final ApplicationContext context;

	private final Gate gate;

	private final WorkRunner section;

	private final LockFactory locks;

	private final MetadataLocation metadata;

	private final SettleWait settling;

	private final DeferredMigrations deferred;

	private final CompletedMigrations completed;

	private final ContributedConditions conditions;

	private final MigrationCheck check;

	private final Function<Throwable, String> description;

	/**
	 * Create the sequence.
	 * @param context where events are published
	 * @param gate the gate
	 * @param section the order of steps around work under the lock
	 * @param locks opens locks
	 * @param metadata where metadata is recorded
	 * @param settling waits for conditions
	 * @param deferred the migrations that were put off until now
	 * @param completed records what happened while beans were created
	 * @param conditions finds what has to settle
	 * @param check makes sure that migrations are run
	 * @param description tells a person what has failed and what to do about it
	 */
	public StartSequence(ApplicationContext context, Gate gate, WorkRunner section, LockFactory locks,
			MetadataLocation metadata, SettleWait settling, DeferredMigrations deferred, CompletedMigrations completed,
			ContributedConditions conditions, MigrationCheck check, Function<Throwable, String> description) {
		this.context = context;
		this.gate = gate;
		this.section = section;
		this.locks = locks;
		this.metadata = metadata;
		this.settling = settling;
		this.deferred = deferred;
		this.completed = completed;
		this.conditions = conditions;
		this.check = check;
		this.description = description;
	}

	/**
	 * Do all of it.
	 */
	void run() {
		failing(this::proceed);
		this.context.publishEvent(new GateOpenedEvent(this.gate, this.gate.age()));
	}

	/**
	 * Do only the work that one replica does for the fleet.
	 */
	void migrate() {
		failing(() -> {
			migrateAndApply(this.conditions.sources());
			this.context.publishEvent(this.completed.toEvent(this.gate));
		});
	}

	private void failing(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException | Error ex) {
			this.gate.fail(ex, this.description.apply(ex));
			publishFailed(ex);
			throw ex;
		}
	}

	/**
	 * A listener that fails does not hide why the start has failed.
	 */
	private void publishFailed(Throwable failure) {
		try {
			this.context.publishEvent(new GateFailedEvent(this.gate, failure));
		}
		catch (RuntimeException | Error ex) {
			failure.addSuppressed(ex);
		}
	}

	private void proceed() {
		List<SettleCondition> all = this.conditions.all();
		List<MetadataSource> sources = this.conditions.sources();
		migrateAndApply(sources);
		this.gate.moveTo(GateState.SETTLING);
		this.context.publishEvent(this.completed.toEvent(this.gate));
		try (ShutdownHook shutdown = ShutdownHook.add(this.gate)) {
			this.settling.await(all);
			shutdown.check();
		}
		catch (InterruptedException ex) {
			throw new StartAbandonedException("settling", ex);
		}
		open();
		logger.info("The gate is open after {}", StartSummary.of(this.gate));
	}

	/**
	 * Open the gate, even if another thread migrates something else and shows that.
	 */
	private void open() {
		while (this.gate.snapshot().state() != GateState.OPEN && this.gate.snapshot().state() != GateState.FAILED) {
			this.gate.moveTo(GateState.SETTLING);
			this.gate.moveTo(GateState.OPEN);
		}
	}

	/**
	 * Deferred migrations run in a critical section. The metadata is applied in the same
	 * one.
	 */
	private void migrateAndApply(List<MetadataSource> sources) {
		this.check.check();
		List<MetadataSource> late = sources.stream()
			.filter((source) -> source.phase() == Phase.AFTER_MIGRATIONS)
			.toList();
		Function<ProtectedSchema, Work> after = (target) -> late.isEmpty() ? Work.NOTHING
				: this.metadata.after(late, target);
		boolean applied = this.deferred.run(after);
		List<MetadataSource> left = new ArrayList<>(this.metadata.missed(sources, !this.completed.isEmpty()));
		if (!applied) {
			left.addAll(late);
		}
		if (!left.isEmpty()) {
			ProtectedSchema target = this.conditions.home();
			Work work = this.metadata.after(left, target);
			this.completed.addWaited(this.section.run(work, () -> this.locks.open(target)).waited());
		}
		this.check.check();
	}

}
