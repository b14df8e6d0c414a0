package dev.startgate.flyway;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.Set;

import dev.startgate.flyway.ddl.PatientStatements;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * Stands for all connections of a Flyway with a single one, whose transaction is never
 * committed. A migration that ends its transaction itself can't be rehearsed.
 */
final class RehearsedConnection extends AbstractDataSource implements GuardedStatement.Execution {

	/** The name of the session, before the replica, for people who come across it. */
	static final String NAME = "rehearsal of replica ";

	/** The database cuts the whole name after 63 characters. */
	private static final int LONGEST = 40;

	private final Connection connection;

	private @Nullable PatientStatements migration;

	private @Nullable NotRehearsedException refused;

	/**
	 * Create a data source.
	 * @param connection a connection in a transaction, to be rolled back by the caller
	 * @param replica the replica that rehearses
	 */
	RehearsedConnection(Connection connection, String replica) throws SQLException {
		this.connection = connection;
		// a name that is set for the transaction does not outlive it
		try (PreparedStatement statement = connection
			.prepareStatement("select set_config('application_name', ?, true)")) {
			statement.setString(1, NAME + "'" + replica.substring(0, Math.min(replica.length(), LONGEST)) + "'");
			statement.execute();
		}
	}

	Connection unwatched() {
		return this.connection;
	}

	/**
	 * A connection that a migration opens itself would be in another transaction.
	 */
	@Override
	public Connection getConnection() {
		if (this.migration != null) {
			throw refuse("opens a connection of its own");
		}
		return handle();
	}

	@Override
	public Connection getConnection(String username, String password) {
		return getConnection();
	}

	void begun(PatientStatements statements) {
		this.migration = statements;
	}

	/**
	 * The migration has ended, so that a commit or rollback is Flyway's own again.
	 */
	void ended() {
		this.migration = null;
		if (this.refused != null) {
			throw this.refused;
		}
	}

	private NotRehearsedException refuse(String why) {
		NotRehearsedException refusal = (this.refused != null) ? this.refused : new NotRehearsedException(why);
		this.refused = refusal;
		this.migration = null;
		return refusal;
	}

	/**
	 * Return a connection that is closed on its own and has an autocommit of its own.
	 */
	private Connection handle() {
		boolean[] closed = new boolean[1];
		boolean[] autoCommit = { true };
		return (Connection) Proxy.newProxyInstance(RehearsedConnection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "close" -> {
						closed[0] = true;
						yield null;
					}
					case "isClosed" -> closed[0] || this.connection.isClosed();
					case "getAutoCommit" -> autoCommit[0];
					case "setAutoCommit" -> {
						if (!autoCommit[0] && (Boolean) arguments[0]) {
							ensureNotByMigration("commits by itself");
						}
						autoCommit[0] = (Boolean) arguments[0];
						yield null;
					}
					case "commit" -> {
						ensureNotByMigration("commits by itself");
						yield null;
					}
					case "rollback" -> {
						if (arguments != null) {
							yield invoke(method, arguments);
						}
						ensureNotByMigration("rolls back by itself");
						this.connection.rollback();
						yield null;
					}
					case "createStatement", "prepareStatement",
							"prepareCall" ->
						GuardedStatement.of(method.getReturnType(),
								(Statement) Objects.requireNonNull(invoke(method, arguments)), (Connection) proxy,
								(arguments != null && arguments[0] instanceof String sql) ? sql : null, this);
					case "unwrap" -> {
						if (Connection.class.isAssignableFrom((Class<?>) arguments[0])) {
							throw refuse("looks behind its connection");
						}
						yield invoke(method, arguments);
					}
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					default -> invoke(method, arguments);
				});
	}

	private void ensureNotByMigration(String does) {
		if (this.migration != null) {
			throw refuse(does);
		}
	}

	@Override
	public void begins(Set<StatementEffect> effects) {
		if (this.refused != null) {
			throw this.refused;
		}
		if (effects.contains(StatementEffect.COMMIT)) {
			throw refuse("commits by itself");
		}
		if (effects.contains(StatementEffect.ROLLBACK)) {
			throw refuse("rolls back by itself");
		}
	}

	@Override
	public @Nullable Object execute(String sql, PatientStatements.Call call) throws Throwable {
		try {
			return (this.migration != null) ? this.migration.execute(sql, call) : call.run();
		}
		catch (RuntimeException ex) {
			// the rehearsal ends here, and Flyway rolls back
			this.migration = null;
			throw ex;
		}
	}

	@Override
	public void done(Set<StatementEffect> effects) {
	}

	private @Nullable Object invoke(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
		return GuardedStatement.call(this.connection, method, arguments);
	}

}
