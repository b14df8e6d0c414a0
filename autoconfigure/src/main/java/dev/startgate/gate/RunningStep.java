package dev.startgate.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.StepKind;

/**
 * One step of the start while it runs.
 */
public final class RunningStep implements AutoCloseable {

	/** Limits the steps of a replica that is blocked for days and keeps trying. */
	static final int MOST = 2000;

	private final Gate gate;

	private final Time time;

	private final long began;

	private final Step step;

	private final List<Runnable> ends;

	RunningStep(Gate gate, StepKind kind, String subject, Time time, List<Function<Step, Runnable>> listeners) {
		this.gate = gate;
		this.time = time;
		this.began = time.nanoTime();
		this.step = new Step(kind.named(subject), time.instant(), null, kind);
		this.ends = SnapshotChanges.isFinal(gate.snapshot().state()) ? List.of()
				: listeners.stream().map((listener) -> listener.apply(this.step)).toList();
	}

	/**
	 * Add this step, unless the start is already over. If there are very many steps, the
	 * first and the latest ones are kept.
	 */
	GateSnapshot addTo(GateSnapshot snapshot) {
		if (SnapshotChanges.isFinal(snapshot.state())) {
			return snapshot;
		}
		List<Step> steps = new ArrayList<>(snapshot.steps());
		steps.add(this.step);
		if (steps.size() > MOST) {
			steps.remove(MOST / 2);
		}
		return SnapshotChanges.steps(snapshot, steps);
	}

	@Override
	public void close() {
		this.ends.forEach(Runnable::run);
		Step ended = new Step(this.step.name(), this.step.started(), this.time.since(this.began), this.step.kind());
		this.gate.update((now) -> {
			List<Step> steps = new ArrayList<>(now.steps());
			steps.replaceAll((step) -> (step == this.step) ? ended : step);
			return SnapshotChanges.steps(now, steps);
		});
	}

}
