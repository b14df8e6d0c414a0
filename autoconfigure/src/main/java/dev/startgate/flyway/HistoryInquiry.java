package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.flyway.Discrepancy.Kind;
import dev.startgate.flyway.FailureInHistory.Finding;
import dev.startgate.flyway.FailureInHistory.GoesOn;
import dev.startgate.sql.Causes;
import dev.startgate.sql.Identifiers;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.extensibility.AppliedMigration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, after a failure of Flyway, what is wrong in its history.
 */
final class HistoryInquiry {

	private static final Logger logger = LoggerFactory.getLogger(HistoryInquiry.class);

	private final NoteKeys history;

	private final LockFactory connections;

	private final Configuration configuration;

	private final ProtectedSchema target;

	private final InvalidIndexes indexes;

	private final HistoryRights rights;

	private final boolean resumes;

	/**
	 * Create the object.
	 * @param history the history of the Flyway
	 * @param connections lends connections
	 * @param configuration the configuration of the Flyway
	 * @param indexes finds what a migration may have left
	 * @param readOnly whether the history is only read
	 * @param resumes whether a script goes on at the statement that failed
	 */
	HistoryInquiry(NoteKeys history, LockFactory connections, Configuration configuration, InvalidIndexes indexes,
			boolean readOnly, boolean resumes) {
		this.history = history;
		this.resumes = resumes;
		this.connections = connections;
		this.configuration = configuration;
		this.target = FlywayTarget.of(configuration);
		this.indexes = indexes;
		this.rights = new HistoryRights(connections, this.target, readOnly);
	}

	/**
	 * Return a failure that says which right to the history is missing, or the failure
	 * itself if none is.
	 */
	RuntimeException denied(RuntimeException failure) {
		return this.rights.explain(failure);
	}

	/**
	 * Add to a failure what is known of the history. Never throws.
	 * @param lease the lease, {@code null} if all was rolled back
	 */
	void explain(@Nullable Lease lease, RuntimeException failure, Supplier<Optional<MigrationInfoService>> info) {
		if (!isAboutMigrations(failure) || DatabaseUnreachableException.isLoss(failure)) {
			return;
		}
		FailureInHistory before = FailureInHistory.of(failure);
		FailureInHistory known = (before != null) ? before : new FailureInHistory(this.history.label(), false, null);
		try {
			MigrationInfo[] all = info.get().map(MigrationInfoService::all).orElse(new MigrationInfo[0]);
			List<String> dropStatements = (lease != null) ? this.indexes.dropStatements(lease) : List.of();
			this.connections.lend(this.target,
					(connection) -> failure
						.addSuppressed(known.with(new Finding(HistoryRows.typed(this.target, connection),
								connection.getMetaData().getDatabaseProductName(), this.connections.grantee(connection),
								!connection.getMetaData().dataDefinitionCausesTransactionCommit(),
								discrepancies(all, connection), dropStatements,
								(lease != null) ? goesOn(lease, all) : GoesOn.NOT))));
		}
		catch (SQLException | RuntimeException ex) {
			logger.debug("The history can't be looked into after a failure", ex);
		}
	}

	/**
	 * Return how all failed migrations go on at their failed statements. If one of them
	 * can't, such as one without a file in this application, or with a content of a newer
	 * one, none of them does.
	 */
	private GoesOn goesOn(Lease lease, MigrationInfo[] all) {
		List<MigrationInfo> failed = Stream.of(all).filter((migration) -> kind(migration) == Kind.FAILED).toList();
		Map<String, Boolean> decidable = this.history.in(lease.notes().read(HolderNote.Kind.FAILURE))
			.stream()
			.filter((one) -> one.detail().recorded()
					&& one.position(lease).filter((at) -> at.position().isDecidable()).isPresent())
			.collect(Collectors.toMap((one) -> one.note().item(), (one) -> one.detail().passes()));
		if (!this.resumes || failed.isEmpty()
				|| !failed.stream()
					.allMatch((migration) -> migration.getState() == MigrationState.FAILED
							&& !this.history.isDoneHere(migration, all)
							&& decidable.containsKey(this.history.item(migration)))) {
			return GoesOn.NOT;
		}
		return failed.stream().map(this.history::item).map(decidable::get).allMatch(Boolean.TRUE::equals)
				? GoesOn.AS_IT_IS : GoesOn.CORRECTED;
	}

	private static boolean isAboutMigrations(Throwable failure) {
		return FailedMigration.in(failure) != null || Causes.of(failure)
			.anyMatch((cause) -> cause instanceof FlywayValidateException
					|| cause instanceof MigrationFailedElsewhereException);
	}

	private List<Discrepancy> discrepancies(MigrationInfo[] all, Connection connection) throws SQLException {
		Identifiers identifiers = Identifiers.of(connection);
		String table = HistoryRows.typed(this.target, connection);
		String no = HistoryRows.no(connection, table);
		List<Discrepancy> found = new ArrayList<>();
		for (MigrationInfo migration : all) {
			Kind kind = kind(migration);
			if (kind != null) {
				found.add(discrepancy(kind, migration, table, identifiers, no));
			}
		}
		return found;
	}

	/**
	 * The states that {@code info()} reports do not tell what {@code migrate()} complains
	 * about.
	 */
	private @Nullable Kind kind(MigrationInfo migration) {
		MigrationState state = migration.getState();
		if (state.isFailed()) {
			return Precheck.isLeftToOthers(migration, this.configuration) ? Kind.FAILED : null;
		}
		if (Precheck.isIgnored(migration.isVersioned(), state, this.configuration)) {
			return null;
		}
		return switch (state) {
			case MISSING_SUCCESS, FUTURE_SUCCESS -> Kind.MISSING;
			case IGNORED -> Precheck.isDone(migration) ? null : Kind.NOT_APPLIED;
			case SUCCESS, OUT_OF_ORDER ->
				(migration.isVersioned() && !Precheck.isMatching(migration)) ? Kind.CHANGED : null;
			default -> null;
		};
	}

	private Discrepancy discrepancy(Kind kind, MigrationInfo migration, String table, Identifiers identifiers,
			String no) {
		List<String> differences = new ArrayList<>();
		List<String> changes = new ArrayList<>();
		if (kind == Kind.CHANGED) {
			FlywayInternals.sides(migration).ifPresent((sides) -> {
				ResolvedMigration resolved = sides.resolved();
				AppliedMigration applied = sides.applied();
				compare("checksum", applied.getChecksum(), resolved.getChecksum(), identifiers, differences, changes);
				compare("description", applied.getDescription(), FlywayInternals.abbreviated(resolved.getDescription()),
						identifiers, differences, changes);
				compare("type", applied.getType().name(), resolved.getType().name(), identifiers, differences, changes);
			});
		}
		String where = " where " + identifiers.quoted("installed_rank") + " = " + migration.getInstalledRank();
		String statement = switch (kind) {
			case CHANGED -> "update " + table + " set " + String.join(", ", changes) + where;
			case FAILED -> "delete from " + table + where + " and " + identifiers.quoted("success") + " = " + no;
			case MISSING, NOT_APPLIED -> "";
		};
		return new Discrepancy(kind, this.history.label() + describe(migration), migration.getScript(), differences,
				statement);
	}

	private static void compare(String column, @Nullable Object recorded, @Nullable Object found,
			Identifiers identifiers, List<String> differences, List<String> changes) {
		if (!Objects.equals(recorded, found)) {
			differences.add("%s %s is recorded, and the application has %s".formatted(column, recorded, found));
			String value = (found instanceof String text) ? "'" + text.replace("'", "''") + "'" : String.valueOf(found);
			changes.add(identifiers.quoted(column) + " = " + value);
		}
	}

	private static String describe(MigrationInfo migration) {
		return ((migration.getVersion() != null) ? "V" + migration.getVersion() : "R") + " '"
				+ migration.getDescription() + "'";
	}

}
