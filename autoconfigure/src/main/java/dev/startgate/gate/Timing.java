package dev.startgate.gate;

import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateSnapshot;
import dev.startgate.GateSnapshot.Step;

/**
 * One step of the start while it runs.
 */
public final class Timing implements AutoCloseable {

	private final Gate gate;

	private final Time time;

	private final long began;

	private final Step step;

	Timing(Gate gate, String name, Time time) {
		this.gate = gate;
		this.time = time;
		this.began = time.nanoTime();
		this.step = new Step(name, time.instant(), null);
	}

	/**
	 * What happens once the start is over is no step of it.
	 */
	GateSnapshot addTo(GateSnapshot snapshot) {
		if (Transitions.isFinal(snapshot.state())) {
			return snapshot;
		}
		List<Step> steps = new ArrayList<>(snapshot.steps());
		steps.add(this.step);
		return withSteps(snapshot, steps);
	}

	@Override
	public void close() {
		Step ended = new Step(this.step.name(), this.step.started(), this.time.since(this.began));
		this.gate.update((now) -> {
			List<Step> steps = new ArrayList<>(now.steps());
			steps.replaceAll((step) -> (step == this.step) ? ended : step);
			return withSteps(now, steps);
		});
	}

	private static GateSnapshot withSteps(GateSnapshot now, List<Step> steps) {
		return new GateSnapshot(now.state(), now.since(), now.replica(), now.holder(), now.progress(), steps,
				now.unsettled(), now.reason());
	}

}
