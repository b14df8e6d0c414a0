package dev.startgate.flyway;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Raises an error once, when its connections do something for the k-th time. Most faults
 * count only from the first migration on.
 */
final class FaultyDataSource extends DelegatingDataSource {

	private final Fault fault;

	private final AtomicInteger left;

	/** One of this many attempts fails, or only one at all if it is 0. */
	private final int oneOf;

	private volatile boolean armed;

	FaultyDataSource(DataSource target, Fault fault, int count) {
		this(target, fault, count, 0);
	}

	private FaultyDataSource(DataSource target, Fault fault, int count, int oneOf) {
		super(target);
		this.fault = fault;
		this.left = new AtomicInteger(count);
		this.oneOf = oneOf;
	}

	/** Let one of this many attempts fail, beginning with the first. */
	static FaultyDataSource often(DataSource target, Fault fault, int oneOf) {
		return new FaultyDataSource(target, fault, 0, oneOf);
	}

	private boolean isNext() {
		return (this.oneOf > 0) ? this.left.getAndIncrement() % this.oneOf == 0 : this.left.decrementAndGet() == 0;
	}

	boolean hasFailed() {
		return this.left.get() <= 0;
	}

	@Override
	public Connection getConnection() throws SQLException {
		return new FaultyConnection(super.getConnection()).proxy();
	}

	/**
	 * What fails, and how.
	 */
	enum Fault {

		HISTORY_INSERT("insert into .*flyway_schema_history.*", false, "40001"),

		/** Flyway hides this failure. It counts even before the first migration. */
		VERSION("select version\\(\\)", false, "08006"),

		/** An {@code Error}. It counts even before the first migration. */
		ERROR("update hold .*", false, ""),

		LOCK("select pg_try_advisory_.*", false, "55P03"),

		DDL_BEFORE("create index .*", false, "40P01"),

		DDL_AFTER("create index .*", true, "40P01"),

		COMMIT_OF_RECORD(null, false, "40001"),

		COMMIT_BEFORE(null, false, "40001"),

		COMMIT_AFTER(null, true, "40003"),

		COMMIT_AFTER_AND_GONE(null, true, "08006");

		private final String sql;

		private final boolean after;

		private final String state;

		Fault(String sql, boolean after, String state) {
			this.sql = sql;
			this.after = after;
			this.state = state;
		}

	}

	private final class FaultyConnection {

		private final Connection connection;

		private boolean changesTheSchema;

		private boolean records;

		FaultyConnection(Connection connection) {
			this.connection = connection;
		}

		private Connection proxy() {
			return proxy(Connection.class, (proxy, method, arguments) -> switch (method.getName()) {
				case "commit" -> commit(method);
				case "createStatement", "prepareStatement" ->
					statement((Statement) invoke(this.connection, method, arguments), arguments);
				default -> invoke(this.connection, method, arguments);
			});
		}

		private Object commit(Method method) throws Throwable {
			boolean matches = (FaultyDataSource.this.fault == Fault.COMMIT_OF_RECORD) ? this.records
					: FaultyDataSource.this.fault.sql == null && this.changesTheSchema;
			this.changesTheSchema = false;
			this.records = false;
			return run(matches, this.connection, method, null);
		}

		private Statement statement(Statement target, Object[] prepared) {
			Class<?> type = (prepared != null && prepared.length > 0 && prepared[0] instanceof String)
					? java.sql.PreparedStatement.class : Statement.class;
			return (Statement) proxy(type, (proxy, method, arguments) -> {
				String sql = (arguments != null && arguments.length > 0 && arguments[0] instanceof String text) ? text
						: (type != Statement.class) ? (String) prepared[0] : "";
				sql = sql.toLowerCase().replaceAll("\\s+", " ").strip();
				boolean executes = method.getName().startsWith("execute");
				this.changesTheSchema |= executes && sql.startsWith("create index i");
				this.records |= executes && sql.matches(Fault.HISTORY_INSERT.sql);
				FaultyDataSource.this.armed |= executes && sql.startsWith("create table t1");
				boolean matches = executes && FaultyDataSource.this.fault.sql != null
						&& sql.matches(FaultyDataSource.this.fault.sql);
				return run(matches, target, method, arguments);
			});
		}

		private Object run(boolean matches, Object target, Method method, Object[] arguments) throws Throwable {
			Fault fault = FaultyDataSource.this.fault;
			boolean armed = FaultyDataSource.this.armed || fault == Fault.VERSION || fault == Fault.ERROR;
			boolean fails = matches && armed && FaultyDataSource.this.isNext();
			Object result = (fails && !fault.after) ? null : invoke(target, method, arguments);
			if (fails && fault == Fault.ERROR) {
				throw new OutOfMemoryError("raised for a test");
			}
			if (fails) {
				throw new SQLException("raised for a test", fault.state);
			}
			return result;
		}

		private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
			try {
				return method.invoke(target, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getTargetException();
			}
		}

		@SuppressWarnings("unchecked")
		private static <T> T proxy(Class<T> type, InvocationHandler handler) {
			return (T) Proxy.newProxyInstance(FaultyDataSource.class.getClassLoader(), new Class<?>[] { type },
					handler);
		}

	}

}
