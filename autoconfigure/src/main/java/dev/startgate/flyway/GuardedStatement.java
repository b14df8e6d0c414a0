package dev.startgate.flyway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Set;

import dev.startgate.flyway.ddl.PatientStatements;
import org.jspecify.annotations.Nullable;

/**
 * A statement of a guarded connection, which reports what it is about to execute.
 */
final class GuardedStatement {

	private final Statement statement;

	private final Connection handle;

	private final Execution execution;

	/** Whether the SQL is that of MySQL or MariaDB. */
	private final boolean mySql;

	/** The prepared SQL, {@code null} if there is none. */
	private final @Nullable String sql;

	/** The effects of what is prepared or was added to a batch. */
	private final Set<StatementEffect> effects;

	private GuardedStatement(Statement statement, Connection handle, Execution execution, @Nullable String sql)
			throws SQLException {
		this.statement = statement;
		this.handle = handle;
		this.execution = execution;
		this.mySql = HistoryRows.MYSQL.contains(handle.getMetaData().getDatabaseProductName());
		this.sql = sql;
		this.effects = (sql != null) ? StatementEffect.of(sql, this.mySql) : EnumSet.noneOf(StatementEffect.class);
	}

	/**
	 * Guard a statement.
	 * @param type the interface that it is used as
	 * @param statement the statement
	 * @param handle the connection that it returns as its own
	 * @param sql what is prepared, {@code null} if nothing is
	 * @param execution hears what is executed
	 */
	static Object of(Class<?> type, Statement statement, Connection handle, @Nullable String sql, Execution execution)
			throws SQLException {
		GuardedStatement guarded = new GuardedStatement(statement, handle, execution, sql);
		return Proxy.newProxyInstance(GuardedStatement.class.getClassLoader(), new Class<?>[] { type },
				guarded::invoke);
	}

	private @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		@Nullable Object first = (arguments != null && arguments.length > 0) ? arguments[0] : null;
		return switch (method.getName()) {
			case "getConnection" -> this.handle;
			case "equals" -> proxy == first;
			case "hashCode" -> System.identityHashCode(proxy);
			case "addBatch" -> {
				if (first instanceof String sql) {
					this.effects.addAll(StatementEffect.of(sql, this.mySql));
				}
				yield call(method, arguments);
			}
			case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate", "executeBatch",
					"executeLargeBatch" -> {
				Set<StatementEffect> all = (first instanceof String sql) ? StatementEffect.of(sql, this.mySql)
						: this.effects;
				this.execution.begins(all);
				String text = method.getName().endsWith("Batch") ? null
						: (first instanceof String sql) ? sql : this.sql;
				Object result = (text != null && all.isEmpty())
						? this.execution.execute(text, () -> call(method, arguments)) : call(method, arguments);
				this.execution.done(all);
				yield result;
			}
			default -> call(method, arguments);
		};
	}

	private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
		return call(this.statement, method, arguments);
	}

	/**
	 * Call a method of a guarded object, and throw what it throws.
	 */
	static @Nullable Object call(Object guarded, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(guarded, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * Hears what is executed.
	 */
	interface Execution {

		void begins(Set<StatementEffect> effects) throws SQLException;

		/**
		 * Execute a single statement, perhaps several times.
		 */
		@Nullable Object execute(String sql, PatientStatements.Call call) throws Throwable;

		void done(Set<StatementEffect> effects) throws SQLException;

	}

}
