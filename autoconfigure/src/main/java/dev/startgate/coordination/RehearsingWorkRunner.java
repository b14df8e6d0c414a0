package dev.startgate.coordination;

import java.util.List;
import java.util.function.Supplier;

import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.gate.Gate;
import dev.startgate.gate.RunningStep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rehearses the work. Neither the lock nor its tables are touched.
 */
public final class RehearsingWorkRunner implements WorkRunner {

	private static final Logger logger = LoggerFactory.getLogger(RehearsingWorkRunner.class);

	private final Gate gate;

	private final DatabaseRetry connecting;

	public RehearsingWorkRunner(Gate gate, DatabaseRetry connecting) {
		this.gate = gate;
		this.connecting = connecting;
	}

	@Override
	public WorkOutcome run(Work work, Supplier<Lock> locks) {
		this.gate.moveTo(GateState.CONNECTING);
		ShutdownHook shutdown = ShutdownHook.add(this.gate);
		try (shutdown; RunningStep timing = this.gate.begin(StepKind.PERFORM, work.name())) {
			if (this.connecting.reach(work::pending).isEmpty()) {
				logger.info("There is nothing to rehearse in {}", work.name());
			}
			else {
				List<String> left = work.rehearse();
				left.forEach((what) -> logger.warn("Not rehearsed: {}", what));
			}
			shutdown.check();
		}
		catch (InterruptedException | RuntimeException ex) {
			throw shutdown.translate("rehearsing " + work.name(), ex);
		}
		this.gate.moveTo(GateState.SETTLING);
		return WorkOutcome.NOTHING;
	}

}
