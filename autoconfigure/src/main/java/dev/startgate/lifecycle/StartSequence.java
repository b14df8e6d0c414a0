package dev.startgate.lifecycle;

import java.util.List;
import java.util.Locale;

import dev.startgate.GateFailedEvent;
import dev.startgate.GateOpenedEvent;
import dev.startgate.GateState;
import dev.startgate.MetadataSource;
import dev.startgate.MetadataSource.Phase;
import dev.startgate.SettleCondition;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.LockTarget;
import dev.startgate.gate.MendableSection;
import dev.startgate.metadata.MetadataHome;
import dev.startgate.metadata.Settling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.LivenessState;
import org.springframework.context.ApplicationContext;

/**
 * What is left to do when all beans are there: metadata, the event, settling, opening.
 */
public final class StartSequence {

	private static final Logger logger = LoggerFactory.getLogger(StartSequence.class);

	private final ApplicationContext context;

	private final Gate gate;

	private final MendableSection section;

	private final LockSource locks;

	private final MetadataHome metadata;

	private final Settling settling;

	private final CompletedMigrations completed;

	private final Conditions conditions;

	/**
	 * Create the sequence.
	 * @param context where events are published
	 * @param gate the gate
	 * @param section the order of steps around work under the lock
	 * @param locks opens locks
	 * @param metadata where metadata is recorded
	 * @param settling waits for conditions
	 * @param completed what happened while beans were created
	 * @param conditions finds what has to settle
	 */
	public StartSequence(ApplicationContext context, Gate gate, MendableSection section, LockSource locks,
			MetadataHome metadata, Settling settling, CompletedMigrations completed, Conditions conditions) {
		this.context = context;
		this.gate = gate;
		this.section = section;
		this.locks = locks;
		this.metadata = metadata;
		this.settling = settling;
		this.completed = completed;
		this.conditions = conditions;
	}

	void run() {
		try {
			proceed();
		}
		catch (RuntimeException | Error ex) {
			this.gate.fail(ex);
			this.context.publishEvent(new GateFailedEvent(this.gate, ex));
			throw ex;
		}
	}

	private void proceed() {
		List<SettleCondition> all = this.conditions.all();
		List<MetadataSource> sources = this.conditions.sources();
		if (!all.isEmpty()) {
			// Spring says so only after the refresh, which may take longer than probes
			// wait
			AvailabilityChangeEvent.publish(this.context, LivenessState.CORRECT);
		}
		applyAfterMigrations(sources);
		this.gate.moveTo(GateState.SETTLING);
		this.context.publishEvent(this.completed.toEvent(this.gate));
		this.settling.await(all);
		this.gate.moveTo(GateState.OPEN);
		logger.info("The gate is open after {} s",
				String.format(Locale.ROOT, "%.1f", this.gate.age().toMillis() / 1000.0));
		this.context.publishEvent(new GateOpenedEvent(this.gate, this.gate.age()));
	}

	private void applyAfterMigrations(List<MetadataSource> sources) {
		List<MetadataSource> late = sources.stream()
			.filter((source) -> source.phase() == Phase.AFTER_MIGRATIONS)
			.toList();
		if (!late.isEmpty()) {
			LockTarget target = this.conditions.home();
			this.completed
				.addWaited(this.section.run(this.metadata.after(late, target), () -> this.locks.open(target)).waited());
		}
	}

}
