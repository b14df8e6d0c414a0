package dev.startgate.coordination;

import java.util.function.BooleanSupplier;

/**
 * Provides the work that comes before the migrations in their critical section.
 */
public interface BeforeMigrations {

	/**
	 * Return the work that belongs to a schema.
	 * @param target the schema that is about to be migrated
	 * @param schemaIsNewer as of {@link #ask}
	 * @return the work, which may be nothing
	 */
	Work of(ProtectedSchema target, BooleanSupplier schemaIsNewer);

	/**
	 * Have one more history asked whether this application is an old one.
	 * @param historyIsNewer whether the history has migrations that this application does
	 * not bring; asked only if that matters
	 */
	void ask(BooleanSupplier historyIsNewer);

}
