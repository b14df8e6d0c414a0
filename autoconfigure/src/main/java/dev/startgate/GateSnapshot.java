package dev.startgate;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * All that is known about a start at one moment. Immutable; health, endpoint and metrics
 * read nothing else.
 *
 * @param state where the start stands
 * @param since when that state was entered
 * @param replica the name of this replica
 * @param holder the replica that has the lease, as far as this replica has seen it
 * @param progress how far the work is
 * @param steps what this replica has done so far, in order
 * @param unsettled what the gate still waits for while {@link GateState#SETTLING}
 * @param reason why the start is blocked or has failed, or why this replica is not ready
 * although the gate is open
 */
public record GateSnapshot(GateState state, Instant since, String replica, @Nullable Holder holder,
		@Nullable Progress progress, List<Step> steps, List<Unsettled> unsettled, @Nullable String reason) {

	/**
	 * Create a snapshot with copies of the lists.
	 * @param state where the start stands
	 * @param since when that state was entered
	 * @param replica the name of this replica
	 * @param holder the replica that has the lease
	 * @param progress how far the work is
	 * @param steps what this replica has done
	 * @param unsettled what the gate still waits for
	 * @param reason why the start is blocked or has failed
	 */
	public GateSnapshot {
		steps = List.copyOf(steps);
		unsettled = List.copyOf(unsettled);
	}

	/**
	 * The replica that has the lease. Times are on this replica's clock: they are derived
	 * from ages that the database measured.
	 *
	 * @param replica the name of the holder
	 * @param generation the number of this acquisition, counted up in the database
	 * @param since when it acquired the lease
	 * @param renewed when it last renewed the lease
	 */
	public record Holder(String replica, long generation, Instant since, Instant renewed) {
	}

	/**
	 * How far the work is.
	 *
	 * @param done how many migrations are done
	 * @param total how many there are in this run
	 * @param current the one that is running
	 * @param since when the current one began
	 */
	public record Progress(int done, int total, @Nullable String current, Instant since) {
	}

	/**
	 * One step of the start.
	 *
	 * @param name what was done
	 * @param started when it began
	 * @param took how long it took, {@code null} while it runs
	 * @param kind what kind of step it is
	 */
	public record Step(String name, Instant started, @Nullable Duration took, StepKind kind) {

		/**
		 * Create a step of the kind {@link StepKind#OTHER}.
		 * @param name what was done
		 * @param started when it began
		 * @param took how long it took, {@code null} while it runs
		 */
		public Step(String name, Instant started, @Nullable Duration took) {
			this(name, started, took, StepKind.OTHER);
		}

		/**
		 * Return what the step is about.
		 * @return the name without the words that all names of its kind begin with
		 */
		public String subject() {
			return this.kind.subject(this.name);
		}

	}

	/**
	 * Something that is not in step with the schema yet.
	 *
	 * @param name the name of the condition
	 * @param since when this replica began to wait for it
	 * @param answer its last answer
	 */
	public record Unsettled(String name, Instant since, String answer) {
	}

}
