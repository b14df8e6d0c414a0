package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;
import java.util.stream.Stream;

import dev.startgate.coordination.Lease;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jspecify.annotations.Nullable;

/**
 * On PostgreSQL, fences a migration before the application's callbacks are called,
 * because one of them may set a role that has no right to Startgate's tables. On other
 * databases the fence comes after them, because a callback may have to be the first
 * statement of the transaction.
 */
final class FirstCallback implements Callback {

	private final Lease lease;

	private final Consumer<Context> begins;

	private @Nullable Boolean scripts;

	private boolean others;

	private Begun begun = Begun.UNKNOWN;

	private boolean fenced;

	/**
	 * Create a callback.
	 * @param lease the lease
	 * @param begins called when a migration begins
	 */
	FirstCallback(Lease lease, Consumer<Context> begins) {
		this.lease = lease;
		this.begins = begins;
	}

	@Override
	public boolean supports(Event event, Context context) {
		return event == Event.BEFORE_EACH_MIGRATE;
	}

	@Override
	public boolean canHandleInTransaction(Event event, Context context) {
		return true;
	}

	@Override
	public void handle(Event event, Context context) {
		this.begins.accept(context);
		try {
			this.others = hasOthers(context);
			this.fenced = !this.others || isPostgreSql(context.getConnection());
			if (this.fenced) {
				this.lease.sessions().fence(context.getConnection());
			}
			else {
				this.lease.ensureHeld();
			}
			this.begun = this.others ? begun(context.getConnection()) : Begun.UNKNOWN;
		}
		catch (SQLException ex) {
			throw FlywayInternals.databaseFailure("Unable to make sure of the lease", ex);
		}
	}

	/**
	 * Fence once more if that is possible, because a callback may have ended the
	 * transaction.
	 */
	void fenceAfterOthers(Context context) throws SQLException {
		if (this.others) {
			Begun now = begun(context.getConnection());
			if (now.user().equals(this.begun.user())) {
				this.lease.sessions().fence(context.getConnection());
				this.fenced = true;
			}
			else {
				this.fenced = now.transaction().equals(this.begun.transaction());
			}
		}
	}

	/** Return whether the transaction is fenced by now. */
	boolean isFenced() {
		return this.fenced;
	}

	private boolean hasOthers(Context context) {
		if (this.scripts == null) {
			this.scripts = CallbackScripts.events(context.getConfiguration())
				.anyMatch(Event.BEFORE_EACH_MIGRATE::equals);
		}
		return this.scripts || Stream.of(context.getConfiguration().getCallbacks())
			.filter((callback) -> callback != this && !(callback instanceof LeaseCallback))
			.anyMatch((callback) -> callback.supports(Event.BEFORE_EACH_MIGRATE, context));
	}

	private static Begun begun(Connection connection) throws SQLException {
		if (!isPostgreSql(connection)) {
			return Begun.UNKNOWN;
		}
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select current_user, extract(epoch from now())")) {
			row.next();
			return new Begun(row.getString(1), row.getString(2));
		}
	}

	private static boolean isPostgreSql(Connection connection) throws SQLException {
		return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
	}

	/**
	 * Flyway sorts callbacks by name, and a script without a description has no name.
	 */
	@Override
	public String getCallbackName() {
		return "";
	}

	/**
	 * The user of a transaction, and the time when it began.
	 *
	 * @param user the user
	 * @param transaction the time, which is the same until the transaction ends
	 */
	private record Begun(String user, String transaction) {

		private static final Begun UNKNOWN = new Begun("", "");

	}

}
