package dev.startgate.actuate.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Step;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.MigrationsCompletedEvent.Applied;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.StepKind;
import dev.startgate.actuate.StartReport;
import dev.startgate.actuate.StartReport.Counts;
import dev.startgate.gate.HeldLock;
import dev.startgate.gate.StartCounter;
import dev.startgate.gate.StartJournal.Entered;
import dev.startgate.gate.StartJournal.Resumed;
import dev.startgate.gate.StartJournal.Retry;

/**
 * Reports of starts in different states, with any number of migrations.
 */
final class StartSamples {

	private static final Instant BEGAN = Instant.parse("2026-11-21T03:04:05Z");

	private static final String[] WORDS = { "create parcel", "index parcels by due time", "add weight",
			"backfill depots", "drop old columns", "create operations log" };

	private final int migrations;

	private final List<Step> steps = new ArrayList<>();

	private final List<Applied> applied = new ArrayList<>();

	private Instant now = BEGAN.plusMillis(900);

	private StartSamples(int migrations) {
		this.migrations = migrations;
	}

	static StartReport of(GateState state, int migrations) {
		StartSamples samples = new StartSamples(migrations);
		return switch (state) {
			case WAITING -> samples.waiting();
			case MIGRATING -> samples.migrating();
			case SETTLING -> samples.settling();
			case FAILED, BLOCKED -> samples.failed(state);
			case OPEN, CLOSED, CONNECTING -> samples.open();
		};
	}

	private StartReport waiting() {
		step(StepKind.LOOK, "migrations of 'flyway'", Duration.ofMillis(340));
		running(StepKind.WAIT, "replica 'parcels-7d9c8b6f5-x2x9q'", Duration.ofSeconds(47));
		Progress progress = new Progress(this.migrations / 2, this.migrations,
				"V" + (this.migrations / 2 + 1) + " backfill depots", this.now.minusSeconds(31));
		return report(GateState.WAITING, null, progress, List.of());
	}

	static StartReport waitingForEarlierHolders() {
		StartSamples samples = new StartSamples(3);
		return samples.report(GateState.WAITING, null, null,
				List.of(new Unsettled("the transaction of an earlier holder", samples.now, "which is not over yet")));
	}

	private StartReport migrating() {
		step(StepKind.REACH, "the database", Duration.ofSeconds(2));
		step(StepKind.LOOK, "migrations of 'flyway'", Duration.ofMillis(340));
		migrate(this.migrations / 2 + 1);
		running(StepKind.MIGRATE, "V" + (this.migrations / 2 + 2) + " add a column to each of the tables",
				Duration.ofSeconds(9));
		Progress progress = new Progress(this.migrations / 2 + 1, this.migrations,
				"V" + (this.migrations / 2 + 2) + " add a column to each of the tables", this.now.minusSeconds(9));
		return report(GateState.MIGRATING, null, progress, List.of());
	}

	private StartReport settling() {
		work();
		Instant since = this.now;
		this.steps.add(new Step("settle postcode directory", since, Duration.ofSeconds(2), StepKind.SETTLE));
		this.steps.add(new Step("settle search mapping", since, null, StepKind.SETTLE));
		this.steps.add(new Step("settle <script>alert('permission tables')</script>", since, null, StepKind.SETTLE));
		this.now = this.now.plusSeconds(8);
		return report(GateState.SETTLING, null, null, List
			.of(new Unsettled("search mapping", since, "reindexing: 61 %"), new Unsettled(
					"<script>alert('permission tables')</script>", since,
					"java.net.ConnectException: Connection refused: permissions.internal.example.org/10.11.12.13:8443")));
	}

	private StartReport open() {
		work();
		this.steps.add(new Step("settle postcode directory", this.now, Duration.ofSeconds(2), StepKind.SETTLE));
		step(StepKind.SETTLE, "search mapping", Duration.ofSeconds(11));
		return report(GateState.OPEN, null, null, List.of());
	}

	private StartReport failed(GateState state) {
		step(StepKind.LOOK, "migrations of 'flyway'", Duration.ofMillis(340));
		migrate(this.migrations / 2);
		step(StepKind.MIGRATE, "V" + (this.migrations / 2 + 1) + " add weight", Duration.ofMillis(120));
		return report(state,
				"Migration V3 'add weight' (V3__add_weight.sql, line 12) has failed:\nERROR: column \"weight\" of"
						+ " relation \"parcel\" already exists\n\nFix the script, or the schema, and start again.",
				null, List.of());
	}

	static StartReport failedOnce() {
		StartSamples samples = new StartSamples(1);
		samples.step(StepKind.MIGRATE, "V1 create parcel", Duration.ofMillis(120));
		samples.migrate(1);
		return samples.report(GateState.SETTLING, null, null, List.of());
	}

	static StartReport failedForTheLastOf(int tenants) {
		StartSamples samples = new StartSamples(1);
		for (int tenant = 0; tenant < tenants; tenant++) {
			samples.step(StepKind.LOOK, "migrations of 'tenant" + tenant + "'", Duration.ofMillis(20));
		}
		samples.step(StepKind.MIGRATE, "V1 create parcel", Duration.ofMillis(120));
		return samples.report(GateState.FAILED, "V1 has failed", null, List.of());
	}

	static StartReport ofHours() {
		StartSamples samples = new StartSamples(1);
		samples.step(StepKind.MIGRATE, "V1 create parcel", Duration.ofMinutes(100));
		return samples.report(GateState.OPEN, null, null, List.of());
	}

	/**
	 * A takeover: the last migration was applied by another replica.
	 */
	static StartReport takenOver() {
		StartSamples samples = new StartSamples(3);
		samples.migrate(2);
		samples.applied.add(new Applied("3", "add weight", Duration.ofMillis(94), "parcels-7d9c8b6f5-l5kd2"));
		return samples.report(GateState.OPEN, null, null, List.of());
	}

	private void work() {
		step(StepKind.LOOK, "migrations of 'flyway'", Duration.ofMillis(340));
		migrate(this.migrations);
		step(StepKind.APPLY, "search mapping", Duration.ofMillis(800));
	}

	private void migrate(int count) {
		for (int i = 0; i < count; i++) {
			Duration took = Duration.ofMillis((i % 17 == 1) ? 7000 : 20 + (i * 37) % 120);
			String description = WORDS[i % WORDS.length];
			step(StepKind.MIGRATE, "V" + (i + 1) + " " + description, took);
			this.applied.add(new Applied(String.valueOf(i + 1), description, took, "parcels-7d9c8b6f5-x2x9q"));
		}
	}

	private void step(StepKind kind, String subject, Duration took) {
		this.steps.add(new Step(kind.named(subject), this.now, took, kind));
		this.now = this.now.plus(took);
	}

	private void running(StepKind kind, String subject, Duration soFar) {
		this.steps.add(new Step(kind.named(subject), this.now, null, kind));
		this.now = this.now.plus(soFar);
	}

	private StartReport report(GateState state, String reason, Progress progress, List<Unsettled> unsettled) {
		Instant since = (state == GateState.SETTLING) ? this.now.minusSeconds(8)
				: (state == GateState.OPEN || state == GateState.FAILED) ? this.now : this.now.minusSeconds(5);
		boolean over = state == GateState.OPEN || state == GateState.SETTLING;
		Holder holder = new Holder("parcels-7d9c8b6f5-x2x9q", 12, BEGAN.plusSeconds(1), this.now.minusSeconds(3));
		String here = (state == GateState.WAITING) ? "parcels-7d9c8b6f5-l5kd2" : holder.replica();
		List<Migrated> migrated = over
				? List.of(new Migrated("flyway", null, String.valueOf(this.migrations), this.applied)) : List.of();
		return new StartReport(this.now.plusMillis(10), state, since, here, "migrate", "before-beans", reason, holder,
				progress, Duration.ZERO, List.of(new Entered(GateState.CLOSED, BEGAN), new Entered(state, this.now)),
				this.steps, migrated, unsettled,
				(state == GateState.OPEN) ? List.of() : List.of("kafkaListeners", "webServerGracefulShutdown"),
				List.of(new Retry(BEGAN, StartCounter.DATABASE_UNREACHABLE,
						"The database could not be reached: Connection refused")),
				new Counts(this.applied.size(), 0, over ? 3 : 0, 0, 0, over ? 1 : 0, 2, 0, 0, 0, 700),
				List.of(new HeldLock(this.now, "V2 add weight", "ACCESS EXCLUSIVE", "\"parcel\"",
						Duration.ofMillis(3217), 14)),
				List.of(new Resumed(this.now, "V2 add weight",
						"goes on with statement 3, after it was interrupted on replica 'parcel-1' in statement 3 "
								+ "(alter table parcel), which had not taken effect")),
				null, null);
	}

	static final List<GateState> STATES = List.of(GateState.WAITING, GateState.MIGRATING, GateState.SETTLING,
			GateState.OPEN, GateState.FAILED);

}
