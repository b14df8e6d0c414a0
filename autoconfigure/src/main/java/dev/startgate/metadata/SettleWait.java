package dev.startgate.metadata;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.SettleCondition;
import dev.startgate.StepKind;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.gate.Gate;
import dev.startgate.gate.RunningStep;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.jspecify.annotations.Nullable;

/**
 * Waits until all conditions are settled. They are asked in parallel.
 */
public final class SettleWait {

	private final Gate gate;

	private final Time time;

	private final StartExecutors threads;

	private final SettleSettings settings;

	private final @Nullable Function<RuntimeException, String> description;

	/**
	 * Create a new object.
	 * @param gate shows what is not settled yet
	 * @param time the time
	 * @param threads the threads that ask
	 * @param settings the times of the wait
	 * @param description tells a person what has not settled in time, while the gate is
	 * blocked; {@code null} to fail instead
	 */
	public SettleWait(Gate gate, Time time, StartExecutors threads, SettleSettings settings,
			@Nullable Function<RuntimeException, String> description) {
		this.gate = gate;
		this.time = time;
		this.threads = threads;
		this.settings = settings;
		this.description = description;
	}

	/**
	 * Wait until all conditions have settled.
	 * @param conditions the conditions
	 * @throws SettleTimeoutException if they have not within the configured time, and the
	 * start is to fail then
	 * @throws ConditionFailedException if one can't work
	 * @throws StartAbandonedException if the process is about to end
	 */
	public void await(Collection<? extends SettleCondition> conditions) {
		if (conditions.isEmpty()) {
			return;
		}
		List<ConditionPoller> watches = new CopyOnWriteArrayList<>();
		Runnable show = () -> show(watches);
		conditions.forEach((condition) -> watches
			.add(new ConditionPoller(condition, this.settings, this.time, this.threads, show)));
		show.run();
		try (RunningStep timing = this.gate.begin(StepKind.SETTLE, "")) {
			join(watches, show);
		}
		finally {
			watches.forEach(ConditionPoller::stop);
			watches.clear();
			show.run();
		}
	}

	/**
	 * Show one state after the other. So the last one shown is the true one, even if an
	 * answer comes after the end.
	 */
	private synchronized void show(List<ConditionPoller> watches) {
		this.gate.show(unsettled(watches));
	}

	private void join(List<ConditionPoller> watches, Runnable show) {
		CompletableFuture<Void> all = new CompletableFuture<>();
		CompletableFuture<?>[] each = watches.stream()
			.map((watch) -> start(watch, show, all))
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(each).thenRun(() -> all.complete(null));
		long began = this.time.nanoTime();
		SettleDeadline deadline = new SettleDeadline(this.gate, this.description);
		Future<?> timer = this.threads.timers()
			.schedule(() -> deadline.pass(new SettleTimeoutException(this.settings.timeout(), unsettled(watches)),
					all::completeExceptionally), this.settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
		Duration took = null;
		try {
			all.get(); // without a time limit, so that Spring interrupts it at SIGTERM
			took = this.time.since(began);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StartAbandonedException("settling", ex);
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Error error) {
				throw error;
			}
			throw (ex.getCause() instanceof RuntimeException failure) ? failure : new IllegalStateException(ex);
		}
		finally {
			timer.cancel(false);
			deadline.end(took);
		}
	}

	/**
	 * Start to ask a condition. Its step stays without an end if it has not settled when
	 * the time is over. A condition that can't work ends the wait for all at once.
	 */
	private CompletableFuture<Void> start(ConditionPoller watch, Runnable show, CompletableFuture<Void> all) {
		RunningStep timing = this.gate.begin(StepKind.SETTLE, watch.name());
		return watch.start().whenComplete((done, ex) -> {
			if (ex == null) {
				timing.close();
			}
			else {
				all.completeExceptionally(ex);
			}
			show.run();
		});
	}

	private static List<Unsettled> unsettled(List<ConditionPoller> watches) {
		return watches.stream().filter((watch) -> !watch.isSettled()).map(ConditionPoller::toUnsettled).toList();
	}

}
