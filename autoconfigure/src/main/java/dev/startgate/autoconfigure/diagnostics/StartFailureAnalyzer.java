package dev.startgate.autoconfigure.diagnostics;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.autoconfigure.RefusedStartException;
import dev.startgate.coordination.LockWaitExceededException;
import dev.startgate.coordination.PendingWorkException;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.flyway.DataHistoryException;
import dev.startgate.flyway.GroupRefusedException;
import dev.startgate.flyway.MigrationPreconditionException;
import dev.startgate.flyway.MisnamedPreconditionException;
import dev.startgate.flyway.PreconditionViolatedException;
import dev.startgate.flyway.UnansweredPreconditionException;
import dev.startgate.flyway.UnrehearsableDatabaseException;
import dev.startgate.flyway.UnsupportedFlywayException;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.lifecycle.NoMetadataHomeException;
import dev.startgate.lifecycle.NotDeferrableException;
import dev.startgate.lifecycle.WaitsForMigrationsException;
import dev.startgate.lock.ReadOnlyDatabaseException;
import dev.startgate.lock.UnsupportedDatabaseException;
import dev.startgate.metadata.SettleTimeoutException;
import dev.startgate.metadata.UnusableMetadataSourceException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes failures that need no more than the content of their exception. It is
 * registered last, so that an analyzer of their cause comes first. If one of these
 * failures is the cause of another, the analysis that the constructor adds first is used.
 */
class StartFailureAnalyzer extends StartgateAnalyzer<RuntimeException> {

	private static final int MOST = 10;

	private static final Collector<CharSequence, ?, String> LINES = Collectors.joining("%n".formatted());

	private final List<Function<Throwable, @Nullable FailureAnalysis>> analyses = new ArrayList<>();

	StartFailureAnalyzer() {
		on(DataHistoryException.class,
				(failure) -> new FailureAnalysis(failure.getMessage() + ".", action(failure), failure));
		on(LockWaitExceededException.class,
				(failure) -> new FailureAnalysis(failure.getMessage() + ".", action(failure), failure));
		on(PreconditionViolatedException.class,
				(failure) -> new FailureAnalysis(
						"The migrations were not started, because preconditions are violated%s:%n%n%s".formatted(
								failure.getOwner().isEmpty() ? "" : " for " + failure.getOwner(), describe(failure)),
						"Resolve what is listed, and start again.", failure));
		on(SettleTimeoutException.class, (failure) -> new FailureAnalysis(
				"This did not settle in time, so that the gate stayed closed:%n%n%s".formatted(describe(failure)),
				"Look at what the last answers say, and start again once what was asked is ready. If it only needs "
						+ "longer, set 'startgate.metadata.timeout' to more. A condition can't wait for a bean that itself "
						+ "waits for the gate, such as a listener: name that bean in 'startgate.defer.exempt'. To start "
						+ "now, without migrations and metadata, set 'startgate.enabled' and 'spring.flyway.enabled' to "
						+ "'false'.",
				failure));
		on(GroupRefusedException.class, (failure) -> new FailureAnalysis(failure.getMessage() + ". Nothing was run.",
				"Set 'spring.flyway.group=false', so that each migration is a transaction of its own.", failure));
		on(NoMetadataHomeException.class,
				(failure) -> new FailureAnalysis(failure.getMessage() + ".",
						"Mark one DataSource as @Primary; or implement SettleCondition instead of MetadataSource, "
								+ "which needs no database, if every replica may apply the metadata itself.",
						failure));
		on(MigrationPreconditionException.class,
				(failure) -> new FailureAnalysis(
						"%s. Nothing of it is applied. The first are:%n%n%s".formatted(failure.getMessage(),
								String.join("%n".formatted(), failure.getFirst())),
						"Fix these rows, and start again. A replica that stayed up goes on by itself.", failure));
		on(MisnamedPreconditionException.class, (failure) -> new FailureAnalysis(
				failure.getMessage() + ". Nothing was run.",
				"Name it like 'V7__every_point_has_a_user.sql', with the version of the migration that it is to be "
						+ "asked before, or move it out of '" + failure.getProperty() + "'.",
				failure));
		on(PendingWorkException.class, (failure) -> new FailureAnalysis(
				"The schema is not what this application needs, and with 'startgate.mode=verify' nothing is done about it:"
						+ "%n%n    %s".formatted(String.join("%n    ".formatted(), failure.getPending())),
				"Let a replica migrate: one with 'startgate.mode=migrate', or a job with 'startgate.mode=migrate-and-exit'. To wait for it here, use 'startgate.mode=wait'.",
				failure));
		on(NotDeferrableException.class, (failure) -> new FailureAnalysis(
				"'startgate.defer.include' or 'startgate.defer.exempt' names '%s', but there is no bean of that name that Spring starts and stops."
					.formatted(failure.getBeanName()),
				"Correct the name, or remove it. Beans that Spring starts and stops here: %s."
					.formatted(String.join(", ", failure.getCandidates())),
				failure));
		on(ReadOnlyDatabaseException.class, (failure) -> new FailureAnalysis(
				failure.getMessage() + ". Nothing was migrated.",
				"Change the setting (%s), or migrate with connections of Flyway's own: 'spring.flyway.url', 'spring.flyway.user' and 'spring.flyway.password'."
					.formatted(failure.getRemedy()),
				failure));
		on(RefusedStartException.class,
				(failure) -> new FailureAnalysis(failure.getMessage() + ".", failure.getAction(), failure));
		on(StartAbandonedException.class,
				(failure) -> new FailureAnalysis(
						failure.getMessage() + ". On PostgreSQL, a migration that ran in a transaction is rolled back. "
								+ "Another one may be half done: then the next start resumes it, or says why not.",
						"Nothing, if the process was meant to end. Otherwise find out what has ended it: "
								+ "a liveness probe that gives up too early, or a time limit of a deployment.",
						failure));
		on(UnansweredPreconditionException.class, (failure) -> new FailureAnalysis(
				failure.getMessage() + "%n%nNothing that it is asked for was applied.".formatted(),
				"Correct the precondition, or what it reads, and start again. A replica that stayed up goes on by itself "
						+ "if the correction is in the database.",
				failure));
		on(UnrehearsableDatabaseException.class, (failure) -> new FailureAnalysis(
				"Migrations can't be rehearsed on %s: a rehearsal is one transaction that is rolled back, and only of PostgreSQL is it known that changes of the schema are rolled back with it. Nothing was run."
					.formatted(failure.getProduct()),
				"Migrate a copy of the database by 'startgate.mode=migrate-and-exit', and throw the copy away.",
				failure));
		on(UnsupportedDatabaseException.class,
				(failure) -> new FailureAnalysis(failure.getMessage() + ".",
						"If only one replica uses this database, set 'startgate.enabled' to 'false': "
								+ "there is nobody to coordinate with.",
						failure));
		on(UnsupportedFlywayException.class, (failure) -> new FailureAnalysis(failure.getMessage() + ".",
				"Leave the version to Spring Boot: remove 'flyway.version', or whatever else sets it, from the build. "
						+ "To start with this Flyway, and without coordination, set 'startgate.enabled' to 'false'.",
				failure));
		on(UnusableMetadataSourceException.class,
				(failure) -> new FailureAnalysis(failure.getMessage() + ". It was not applied.", failure.getAction(),
						failure));
		on(WaitsForMigrationsException.class, (failure) -> new FailureAnalysis(failure.getMessage() + ".",
				"Let '%s' use the connection that it is given instead of injecting a JdbcTemplate, a JdbcClient or a "
					.formatted(failure.getBeanName())
						+ "repository. A metadata source may also return AFTER_MIGRATIONS from phase().",
				failure));
	}

	private static String action(DataHistoryException cause) {
		return switch (cause.getProblem()) {
			case SAME_TABLE -> "Set 'startgate.data-migrations.table' to another name.";
			case SAME_FOLDER ->
				"Let 'startgate.data-migrations.locations', which is '%s', and 'spring.flyway.locations', which is '%s', "
					.formatted(cause.getValues().get(0), cause.getValues().get(1))
						+ "name folders of which none is inside the other.";
			case GIVEN_TO_SCHEMA ->
				"Let its @Bean method return that type, or annotate the method with @DataMigration.";
			case SEVERAL_FLYWAYS -> "Mark one of these beans with @Primary.";
		};
	}

	private static String action(LockWaitExceededException cause) {
		Holder holder = cause.getHolder();
		String wait = "remove 'startgate.lock.max-wait', so that there is no limit.";
		return switch (cause.getWaitedFor()) {
			case HOLDER -> ((holder != null) ? "Replica '" + holder.replica()
					+ "' has the lock, and renewed its lease at " + holder.renewed() + ". " : "")
					+ "Look at its log, and start this replica again when it is done; or " + wait;
			case LEFT ->
				"Let it come to its end, end it as said above, or set 'startgate.lock.takeover' to 'terminate', "
						+ "and start this replica again; or " + wait;
			case ROW -> "Let its transaction end, or end that session, and start this replica again; or " + wait;
			case SELF ->
				"Lines that begin with 'Lost the lease' in its log say why. If the database or this process is "
						+ "too slow, set 'startgate.lock.lease' to a longer time, such as 60s.";
			case NOBODY -> "No replica was seen that has the lock, so perhaps nobody is at work. Start a replica with "
					+ "'startgate.mode=migrate', and this one again; or " + wait;
		};
	}

	private static String describe(PreconditionViolatedException cause) {
		return cause.getViolations()
			.entrySet()
			.stream()
			.map((entry) -> "    '%s', %d in all, of which the first are%n%s".formatted(entry.getKey(),
					entry.getValue().size(),
					entry.getValue()
						.stream()
						.limit(MOST)
						.map((violation) -> MessageSanitizer.row("", violation))
						.collect(LINES)))
			.collect(LINES);
	}

	private static String describe(SettleTimeoutException cause) {
		return cause.getUnsettled()
			.stream()
			.map((condition) -> "    '%s', asked since %s, answered last: %s".formatted(condition.name(),
					condition.since(), condition.answer()))
			.collect(LINES);
	}

	private <T extends RuntimeException> void on(Class<T> type, Function<T, FailureAnalysis> analysis) {
		this.analyses.add((failure) -> {
			T found = findCause(failure, type);
			return (found != null) ? analysis.apply(found) : null;
		});
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, RuntimeException cause) {
		return this.analyses.stream()
			.map((analysis) -> analysis.apply(rootFailure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

}
