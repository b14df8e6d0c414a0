package dev.startgate.flyway;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.flyway.FlywayRuns.Surroundings;
import dev.startgate.flyway.ddl.PatientStatements;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * The migrations of one Flyway in a rehearsal, with its data migrations in the same
 * transaction.
 *
 * @param name the name of the Flyway
 * @param configuration its configuration
 * @param history tells what is pending
 * @param around what is done around its migrations
 * @param inquiry finds out what is wrong in the history after a failure
 */
record RehearsedRun(FlywayName name, Configuration configuration, HistoryInspector history, Surroundings around,
		HistoryInquiry inquiry) {

	/**
	 * Rehearse in a transaction of its own.
	 * @return what could not be rehearsed, and why
	 */
	List<String> rehearse(FlywayRuns runs, PatientStatements.Means waits) {
		try {
			return runs.rehearse(this.configuration, waits, this::in);
		}
		catch (RuntimeException ex) {
			this.inquiry.explain(null, ex, this.history::info);
			throw this.inquiry.denied(ex);
		}
	}

	private List<String> in(Rehearsal rehearsal) {
		Optional<MigrationInfoService> info = this.history.info();
		List<MigrationInfo> pending = this.history.older().pending(info);
		List<MigrationInfo> failed = info.stream()
			.flatMap((found) -> Stream.of(found.all()))
			.filter((one) -> one.getState() == MigrationState.FAILED)
			.toList();
		if (!failed.isEmpty()) {
			return afterFailure(failed, pending);
		}
		Preconditions preconditions = this.around.preconditions();
		preconditions.check(this.name.owner(), FlywayTarget.of(this.configuration), rehearsal.sessions(), pending,
				info);
		List<String> missed = because("it is not in the transaction", this.around.before().pending());
		boolean complete = !missed.addAll(rehearsal.run(this.name, this.configuration, this.history.older().left(),
				pending, preconditions.files()));
		missed.addAll((complete && this.around.after() instanceof FlywayRun data) ? data.rehearsed().in(rehearsal)
				: because("it comes after that", this.around.after().pending()));
		return missed;
	}

	/**
	 * Flyway runs nothing after a failed migration. Whether that one goes on is found out
	 * under the lock only.
	 */
	private List<String> afterFailure(List<MigrationInfo> failed, List<MigrationInfo> pending) {
		List<String> missed = because("it has failed before, and may be half done", called(failed));
		List<String> later = new ArrayList<>(called(pending));
		later.addAll(this.around.after().pending());
		missed.addAll(because("it comes after that", later));
		return missed;
	}

	private List<String> called(List<MigrationInfo> migrations) {
		return migrations.stream().map(this.name::called).toList();
	}

	private static List<String> because(String why, List<String> pending) {
		return pending.stream().map((one) -> one + ", because " + why).collect(Collectors.toCollection(ArrayList::new));
	}

}
