package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

import dev.startgate.flyway.resume.ScriptRun;
import org.flywaydb.core.api.CoreErrorCode;
import org.flywaydb.core.api.ErrorDetails;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.exception.FlywayBlockStatementExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The script that Flyway executes at the moment, statement by statement.
 */
final class RunningScript {

	private static final String NOTED = "Unable to note how far the script is";

	private static final ErrorDetails DONE = new ErrorDetails(CoreErrorCode.FAULT, "it is done already");

	/** The events between statements, and before Flyway has recorded the script. */
	private static final Set<Event> BETWEEN = EnumSet.of(Event.BEFORE_EACH_MIGRATE_STATEMENT,
			Event.AFTER_EACH_MIGRATE_STATEMENT, Event.AFTER_EACH_MIGRATE_STATEMENT_ERROR, Event.AFTER_EACH_MIGRATE);

	private final Callback own;

	private @Nullable Boolean scripts;

	private @Nullable ScriptRun run;

	RunningScript(Callback own) {
		this.own = own;
	}

	/**
	 * Return whether each statement of a migration is seen, and nothing else is committed
	 * between them.
	 */
	boolean isSeen(Context context) {
		Configuration configuration = context.getConfiguration();
		return FlywayInternals.isScript(context.getMigrationInfo()) && !configuration.isGroup()
				&& !configuration.isBatch() && isUndisturbed(configuration, context);
	}

	/**
	 * Return whether no callback runs in between. Callbacks in Java are asked each time,
	 * because one may support a single migration only.
	 */
	private boolean isUndisturbed(Configuration configuration, Context context) {
		if (this.scripts == null) {
			this.scripts = CallbackScripts.events(configuration).anyMatch(BETWEEN::contains);
		}
		return !this.scripts && Stream.of(configuration.getCallbacks())
			.filter((callback) -> callback != this.own && !(callback instanceof FirstCallback))
			.noneMatch((callback) -> BETWEEN.stream().anyMatch((event) -> callback.supports(event, context)));
	}

	/**
	 * A migration has begun.
	 * @param script its script, {@code null} if it has none that is seen
	 */
	void begun(@Nullable ScriptRun script) {
		this.run = script;
	}

	/**
	 * A statement is next. One that only changes rows is not watched: there may be very
	 * many, and watching costs a call by reflection for each step.
	 */
	void before(Context context, @Nullable GuardedConnection connection) {
		if (this.run == null) {
			return;
		}
		String sql = context.getStatement().getSql();
		boolean[] executed = { true };
		run(NOTED, (script) -> executed[0] = script.before(sql));
		if (!executed[0]) {
			throw new FlywayBlockStatementExecutionException(DONE, "");
		}
		WatchedTransaction transaction = (connection != null) ? connection.transaction() : null;
		if (transaction != null) {
			transaction.next(StatementEffect.hasNone(sql));
		}
	}

	void after() {
		run("Unable to commit a statement, or to note that it is done", ScriptRun::after);
	}

	void failed() {
		run(NOTED, ScriptRun::failed);
	}

	/**
	 * Return whether a statement is to be executed once more after a failure.
	 */
	boolean takesOut(SQLException failure) {
		boolean[] takesOut = { false };
		run(NOTED, (script) -> takesOut[0] = script.takesOut(failure));
		return takesOut[0];
	}

	/**
	 * All statements are done.
	 * @param recorded whether Flyway records it in the transaction that is open
	 */
	void complete(boolean recorded) {
		run(NOTED, (script) -> script.complete(recorded));
	}

	private void run(String failure, Step step) {
		try {
			if (this.run != null) {
				step.on(this.run);
			}
		}
		catch (SQLException ex) {
			throw FlywayInternals.databaseFailure(failure, ex);
		}
	}

	/**
	 * Something that is done around a statement.
	 */
	private interface Step {

		void on(ScriptRun script) throws SQLException;

	}

}
