package dev.startgate.coordination;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

import dev.startgate.GateState;
import dev.startgate.StepKind;
import dev.startgate.coordination.HolderNote.Kind;
import dev.startgate.gate.Gate;
import dev.startgate.gate.RunningStep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks once, and fails if there is work to do.
 */
public final class VerifyingWorkRunner implements WorkRunner {

	private static final Logger logger = LoggerFactory.getLogger(VerifyingWorkRunner.class);

	private final Gate gate;

	private final DatabaseRetry connecting;

	public VerifyingWorkRunner(Gate gate, DatabaseRetry connecting) {
		this.gate = gate;
		this.connecting = connecting;
	}

	/**
	 * Look at the work.
	 * @throws PendingWorkException if there is any
	 */
	@Override
	public WorkOutcome run(Work work, Supplier<Lock> locks) {
		this.gate.moveTo(GateState.CONNECTING);
		ShutdownHook shutdown = ShutdownHook.add(this.gate);
		try (shutdown; RunningStep timing = this.gate.begin(StepKind.LOOK, work.name())) {
			List<String> pending = new ArrayList<>(this.connecting.reach(work::pending));
			if (!pending.isEmpty()) {
				pending.addAll(interrupted(locks));
				throw new PendingWorkException(work.name(), pending);
			}
			shutdown.check();
		}
		catch (InterruptedException | RuntimeException ex) {
			throw shutdown.translate("looking at " + work.name(), ex);
		}
		this.gate.moveTo(GateState.SETTLING);
		return WorkOutcome.NOTHING;
	}

	private static List<String> interrupted(Supplier<Lock> locks) {
		try (Lock lock = locks.get()) {
			return lock.read(Kind.INTENT)
				.stream()
				.map((note) -> note.item() + ", which replica '" + note.replica() + "' began at "
						+ note.at().truncatedTo(ChronoUnit.SECONDS) + " and which may be interrupted")
				.toList();
		}
		catch (RuntimeException ex) {
			logger.debug("What holders wrote down can't be read", ex);
			return List.of();
		}
	}

}
