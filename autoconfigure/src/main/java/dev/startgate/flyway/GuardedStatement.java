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
 * A statement of a guarded connection, which tells what it is about to do.
 */
final class GuardedStatement {

	private final Statement statement;

	private final Connection handle;

	private final Execution execution;

	/** Whether texts are those of MySQL or MariaDB. */
	private final boolean mySql;

	/** What is prepared. */
	private final @Nullable String sql;

	/** Of what is prepared, or was added to a batch. */
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
	 * @param type what it is to be used as
	 * @param statement the statement
	 * @param handle the connection that it says it is from
	 * @param sql what is prepared, {@code null} if nothing is
	 * @param execution told what is executed
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
	 * Call a method of what is guarded, and throw what it throws.
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
		 * A single statement is executed, perhaps several times.
		 */
		@Nullable Object execute(String sql, PatientStatements.Call call) throws Throwable;

		void done(Set<StatementEffect> effects) throws SQLException;

	}

}
