package dev.startgate.flyway;

import java.util.List;
import java.util.stream.Stream;

import dev.startgate.coordination.Remainder;
import dev.startgate.sql.Causes;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

/**
 * Tells which history a failure is about, what is left of the failed migration, and what
 * is wrong in the history, if the database tells. It is added to the failure as a
 * suppressed exception, so that the type of the failure stays: a strategy may catch what
 * Flyway throws.
 */
public final class FailureInHistory extends Exception {

	private final String label;

	private final boolean partlyApplied;

	private final @Nullable Finding finding;

	private final transient @Nullable MigrationInfo stopped;

	private FailureInHistory(String message, String label, boolean partlyApplied, @Nullable MigrationInfo stopped,
			@Nullable Finding finding) {
		super(message, null, false, false);
		this.label = label;
		this.partlyApplied = partlyApplied;
		this.stopped = stopped;
		this.finding = finding;
	}

	/**
	 * Create what is known without asking the database.
	 * @param label what is put before the migrations of the history
	 * @param partlyApplied whether a part of the failed migration may be committed
	 * @param stopped the migration that has failed before its end, {@code null} if there
	 * is none or if it goes on where it was
	 */
	FailureInHistory(String label, boolean partlyApplied, @Nullable MigrationInfo stopped) {
		this("The failure of a %smigration, of which %s".formatted(label,
				partlyApplied ? "a part may be applied" : "nothing has committed anything before its end"), label,
				partlyApplied, stopped, null);
	}

	/**
	 * Return a copy that adds what the database tells.
	 */
	FailureInHistory with(Finding found) {
		return new FailureInHistory("The history is " + found.table() + " on " + found.product(), this.label,
				this.partlyApplied, this.stopped, found);
	}

	/**
	 * Find what is known of a failure.
	 * @param failure the failure, which may have it anywhere within
	 * @return what is known, {@code null} if Startgate has not run that migration
	 */
	public static @Nullable FailureInHistory of(Throwable failure) {
		List<FailureInHistory> all = Causes.of(failure)
			.flatMap((cause) -> Stream.of(cause.getSuppressed()))
			.filter(FailureInHistory.class::isInstance)
			.map(FailureInHistory.class::cast)
			.toList();
		return all.stream().filter(FailureInHistory::isKnown).findFirst().orElse(all.isEmpty() ? null : all.get(0));
	}

	/**
	 * Return what is left of a migration that was stopped.
	 * @param failure the failure
	 * @return what is left, {@code null} if no migration was stopped before its end
	 */
	static @Nullable Remainder left(Throwable failure) {
		FailureInHistory known = of(failure);
		if (known == null || known.stopped == null) {
			return null;
		}
		String becomes = known.partlyApplied
				? " was interrupted: what it has done outside a transaction is there, and the next start decides what "
						+ "happens with it"
				: " is rolled back, and the next start runs it again";
		return new Remainder(MigrationDetail.of(known.stopped).describe(known.label) + becomes, known.partlyApplied);
	}

	/**
	 * Return what is put before the version of a migration, for people.
	 * @return the label, empty if there is one history only
	 */
	public String getLabel() {
		return this.label;
	}

	/**
	 * Return whether a part of the migration may have been committed before it failed.
	 * @return whether a note says that it had begun
	 */
	public boolean isPartlyApplied() {
		return this.partlyApplied;
	}

	/**
	 * Return whether the database has told what the following methods return.
	 * @return whether it has
	 */
	public boolean isKnown() {
		return this.finding != null;
	}

	/**
	 * Return the name of the database product.
	 * @return the name, empty if it is not known
	 */
	public String getProduct() {
		return (this.finding != null) ? this.finding.product() : "";
	}

	/**
	 * Return the user of the connection.
	 * @return the user, as a grant names it, empty if it is not known
	 */
	public String getUser() {
		return (this.finding != null) ? this.finding.user() : "";
	}

	/**
	 * Return whether the database rolls back changes of the schema.
	 * @return whether nothing is left of a transaction that has failed
	 */
	public boolean isDdlRolledBack() {
		return this.finding != null && this.finding.ddlRolledBack();
	}

	/**
	 * Return what is wrong in the history.
	 * @return each migration that is not in order, except pending ones
	 */
	public List<Discrepancy> getDiscrepancies() {
		return (this.finding != null) ? this.finding.discrepancies() : List.of();
	}

	/**
	 * Return how to drop the invalid indexes that a migration of this history left.
	 * @return a statement for each index
	 */
	public List<String> getDropStatements() {
		return (this.finding != null) ? this.finding.dropStatements() : List.of();
	}

	/**
	 * Return whether a script that has failed goes on at its failed statement.
	 * @return whether it does, if need be after its file was corrected or the server was
	 * given what it lacked
	 */
	public boolean isResumable() {
		return this.finding != null && this.finding.goesOn() != GoesOn.NOT;
	}

	/**
	 * Return whether a failed script goes on at the next start, with the same file.
	 * @return whether all that has failed was a transient failure
	 */
	public boolean isTransient() {
		return this.finding != null && this.finding.goesOn() == GoesOn.AS_IT_IS;
	}

	/**
	 * What the database tells.
	 *
	 * @param table the history table, as a statement names it
	 * @param product the name of the database product
	 * @param user the user, as a grant names it
	 * @param ddlRolledBack whether the database rolls back changes of the schema
	 * @param discrepancies what is wrong in the history
	 * @param dropStatements the statements that drop invalid indexes
	 * @param goesOn how failed scripts go on at their failed statements
	 */
	record Finding(String table, String product, String user, boolean ddlRolledBack, List<Discrepancy> discrepancies,
			List<String> dropStatements, GoesOn goesOn) {
	}

	/**
	 * How a script that has failed goes on.
	 */
	enum GoesOn {

		NOT,

		/** Once its file was corrected, or the server has what it lacked. */
		CORRECTED,

		/** After a transient failure. */
		AS_IT_IS

	}

}
