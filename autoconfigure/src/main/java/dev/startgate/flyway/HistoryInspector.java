package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.sql.Causes;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one replica has seen of a schema's history, look by look. A look by Flyway costs
 * twenty statements. One of our own replaces it where it can.
 */
final class HistoryInspector {

	/** The number of polls for one look, where each look costs twenty statements. */
	private static final int FULL_LOOK = 8;

	private static final Logger logger = LoggerFactory.getLogger(HistoryInspector.class);

	private final Flyway flyway;

	private final RunMode run;

	private final @Nullable HistoryRows rows;

	private final Look look;

	private @Nullable HistorySnapshot first;

	private @Nullable HistorySnapshot last;

	private Optional<ExpectedHistory> expected = Optional.empty();

	/** The unfinished migrations of the last look, {@code null} if it failed. */
	private @Nullable List<String> unfinished;

	private final OlderRepeatables older;

	private boolean empty;

	/** Whether the last look found no migration that is to be run. */
	private boolean without;

	private @Nullable Object seen;

	private int asked;

	HistoryInspector(Flyway flyway, RunMode run, OlderRepeatables older) {
		this.flyway = flyway;
		this.run = run;
		this.older = older;
		this.look = Look.with(flyway);
		Configuration configuration = flyway.getConfiguration();
		this.rows = (configuration.getInitSql() == null && !this.look.callbacksAreThere())
				? new HistoryRows(FlywayTarget.of(configuration)) : null;
		if (this.rows != null && run != RunMode.ALWAYS) {
			this.expected = ExpectedHistory.ofFiles(this.rows, flyway);
		}
	}

	private boolean isPending() {
		if (this.run == RunMode.NEVER && isFinished() && !rowsHaveChanged()) {
			return false;
		}
		this.unfinished = null;
		Optional<HistorySnapshot> asExpected = this.expected.flatMap(ExpectedHistory::read);
		if (asExpected.isPresent()) {
			this.last = asExpected.get();
			this.first = (this.first != null) ? this.first : this.last;
			this.unfinished = List.of();
			return false;
		}
		// remember the rows before Flyway is asked, or the next look would find a change
		if (this.expected.isPresent() && this.rows != null) {
			this.seen = this.rows.last();
			if (this.first == null && this.run == RunMode.IF_PENDING && this.rows.isMissing()) {
				// without a history each file is pending, as Flyway would say
				this.first = HistorySnapshot.of(Optional.empty());
				this.last = this.first;
				this.unfinished = this.expected.get().pending();
				return true;
			}
		}
		if (this.run == RunMode.NEVER && this.seen == null) {
			rowsHaveChanged();
		}
		boolean pending = isPending(info());
		if (pending && this.run != RunMode.NEVER && this.seen == null) {
			rowsHaveChanged();
		}
		return pending;
	}

	private boolean isPending(Optional<MigrationInfoService> info) {
		this.last = HistorySnapshot.of(info);
		this.older.find(info);
		if (this.first == null) {
			this.first = this.last;
			this.empty = info.map((found) -> Stream.of(found.all()).noneMatch(FlywayInternals::isResolved))
				.orElse(false);
			if (info.isPresent() && this.rows != null && this.run != RunMode.ALWAYS) {
				this.expected = ExpectedHistory.of(this.rows, info.get().all(), this.first);
			}
		}
		this.unfinished = info.map((found) -> Precheck.unfinished(found, this::isUnfinished)).orElse(List.of());
		if (this.run == RunMode.NEVER) {
			return !this.unfinished.isEmpty();
		}
		this.without = info.map(MigrationInfoService::all)
			.filter((all) -> Stream.of(all)
				.noneMatch((migration) -> Precheck.isToBeRun(migration) && !this.older.isLeft(migration)))
			.isPresent();
		return this.run == RunMode.ALWAYS || this.look.callbacksRun() || info.isEmpty()
				|| Precheck.isPending(info.get(), this.older::isLeft);
	}

	/** Return the repeatable migrations that are left as they are. */
	OlderRepeatables older() {
		return this.older;
	}

	private boolean isUnfinished(MigrationInfo migration) {
		return !this.older.isLeft(migration) && ((this.run == RunMode.NEVER)
				? Precheck.isLeftToOthers(migration, this.flyway.getConfiguration()) : !Precheck.isDone(migration));
	}

	/** Return whether the application brings neither migrations nor callbacks. */
	boolean isEmpty() {
		return this.empty && !this.look.callbacksAreThere();
	}

	/** Look for work, and return a line for each migration that is to be run. */
	List<String> pending(FlywayName name) {
		try {
			if (!isPending()) {
				return List.of();
			}
		}
		catch (DatabaseUnreachableException ex) {
			this.seen = null;
			throw ex;
		}
		List<String> found = Objects.requireNonNullElse(this.unfinished, List.of());
		return found.isEmpty() ? List.of(name.migrations()) : found.stream().map(name.owner()::concat).toList();
	}

	/** Say what this replica does under the lock, according to the last look. */
	String task(FlywayName name) {
		return !this.without ? "does the work: " + name.migrations()
				: "%s '%s': no migration is pending".formatted(
						(this.run == RunMode.ALWAYS) ? "runs the migration strategy of"
								: this.look.callbacksRun() ? "calls the callbacks of" : "lets Flyway check",
						name.name());
	}

	/**
	 * Return whether another look may find something else. As a rule, a database that
	 * answers with an error repeats it until something changes.
	 * @param waited whether another replica has had the lock since the last look
	 */
	boolean mayHaveChanged(boolean waited) {
		return isFinished() || rowsHaveChanged() || (waited && this.rows == null);
	}

	/** Return whether the last look found nothing to be run. */
	boolean isFinished() {
		return this.unfinished != null && this.unfinished.isEmpty();
	}

	/** With class path files only, a validation fails until the history changes. */
	boolean mayBeResolved(RuntimeException failure) {
		return Causes.first(failure, FlywayValidateException.class).isEmpty() || rowsHaveChanged()
				|| !Stream.of(this.flyway.getConfiguration().getLocations()).allMatch(FlywayInternals::isClassPath);
	}

	private boolean rowsHaveChanged() {
		if (this.rows == null) {
			return this.asked++ % FULL_LOOK == FULL_LOOK - 1;
		}
		Object before = this.seen;
		Object now;
		try {
			now = this.rows.read();
		}
		catch (SQLException ex) {
			// errors share SQLSTATEs, and messages may have the number of a session
			now = String.valueOf(ex.getMessage()).replaceAll("\\d+", "");
		}
		this.seen = now;
		return !now.equals(before) || (this.unfinished == null && this.asked++ % FULL_LOOK == FULL_LOOK - 1);
	}

	/**
	 * Ask Flyway, which may fail on locations that only a strategy understands, such as
	 * that of Spring Modulith. Then the result is empty.
	 */
	Optional<MigrationInfoService> info() {
		try {
			return Optional.of(this.look.info());
		}
		catch (FlywayException ex) {
			DatabaseUnreachableException.throwIfCausing(ex);
			if (this.run != RunMode.ALWAYS) {
				throw ex;
			}
			logger.debug("Only the strategy knows what there is to do", ex);
			return Optional.empty();
		}
	}

	/** Look once more, after this replica has changed the history. */
	void again() {
		this.last = this.expected.flatMap(ExpectedHistory::read).orElseGet(() -> HistorySnapshot.of(info()));
	}

	/** Return whether only a strategy knows what was done. */
	boolean isAlways() {
		return this.run == RunMode.ALWAYS;
	}

	HistorySnapshot first() {
		return known(this.first);
	}

	HistorySnapshot last() {
		return known(this.last);
	}

	static HistorySnapshot known(@Nullable HistorySnapshot migrations) {
		if (migrations == null) {
			throw new IllegalStateException("Nobody has looked yet");
		}
		return migrations;
	}

}
