package dev.startgate.flyway;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Which history a failure is about, and what is wrong there. Suppressed by that failure,
 * which keeps its type: a strategy may catch what Flyway throws.
 */
public final class FailureInHistory extends Exception {

	private final String label;

	private final String product;

	private final boolean ddlRolledBack;

	private final List<Discrepancy> discrepancies;

	private final List<String> dropStatements;

	FailureInHistory(String label, String table, String product, boolean ddlRolledBack, List<Discrepancy> discrepancies,
			List<String> dropStatements) {
		super("The history is " + table + " on " + product, null, false, false);
		this.label = label;
		this.product = product;
		this.ddlRolledBack = ddlRolledBack;
		this.discrepancies = List.copyOf(discrepancies);
		this.dropStatements = List.copyOf(dropStatements);
	}

	/**
	 * Find what is known of a failure.
	 * @param failure the failure, which may have it anywhere within
	 * @return what is known, {@code null} if the database did not tell
	 */
	public static @Nullable FailureInHistory of(Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.flatMap((cause) -> Stream.of(cause.getSuppressed()))
			.filter(FailureInHistory.class::isInstance)
			.map(FailureInHistory.class::cast)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return what is put before the version of a migration, for people.
	 * @return the label, empty if there is one history only
	 */
	public String getLabel() {
		return this.label;
	}

	/**
	 * Return the name of the database product.
	 * @return the name
	 */
	public String getProduct() {
		return this.product;
	}

	/**
	 * Return whether the database rolls back changes of the schema.
	 * @return whether nothing is left of a transaction that has failed
	 */
	public boolean isDdlRolledBack() {
		return this.ddlRolledBack;
	}

	/**
	 * Return what is wrong in the history.
	 * @return each migration that is not in order, but for pending ones
	 */
	public List<Discrepancy> getDiscrepancies() {
		return this.discrepancies;
	}

	/**
	 * Return what removes the invalid indexes that a migration of this history left.
	 * @return a statement for each index
	 */
	public List<String> getDropStatements() {
		return this.dropStatements;
	}

}
