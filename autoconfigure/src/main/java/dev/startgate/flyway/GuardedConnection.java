package dev.startgate.flyway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;

import dev.startgate.MigrationSteps;
import dev.startgate.gate.Lease;
import org.jspecify.annotations.Nullable;

/**
 * A connection that works under a lease, in the hands of one or several users. It goes
 * back to where it came from when the last of them closes it.
 */
final class GuardedConnection {

	private final Connection connection;

	private final Lease lease;

	private int handles;

	private @Nullable MigrationSteps steps;

	private End end = End.NONE;

	private Runnable committed = () -> {
	};

	GuardedConnection(Connection connection, Lease lease) {
		this.connection = connection;
		this.lease = lease;
	}

	boolean isOpen() {
		return this.handles > 0;
	}

	/**
	 * Return a connection that is closed for itself.
	 */
	Connection handle() {
		this.handles++;
		boolean[] closed = new boolean[1];
		return (Connection) Proxy.newProxyInstance(GuardedConnection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> switch (method.getName()) {
					case "close" -> {
						if (!closed[0]) {
							closed[0] = true;
							release();
						}
						yield null;
					}
					case "isClosed" -> closed[0] || this.connection.isClosed();
					case "commit" -> {
						commit();
						yield null;
					}
					case "rollback" -> {
						if (arguments != null) {
							yield invoke(method, arguments);
						}
						rollback();
						yield null;
					}
					case "isWrapperFor" ->
						(arguments[0] == MigrationSteps.class && this.steps != null) ? true : invoke(method, arguments);
					case "unwrap" -> unwrap(method, arguments);
					case "equals" -> proxy == arguments[0];
					case "hashCode" -> System.identityHashCode(proxy);
					default -> invoke(method, arguments);
				});
	}

	private @Nullable Object unwrap(Method method, Object[] arguments) throws Throwable {
		if (arguments[0] == GuardedConnection.class) {
			return this;
		}
		return (arguments[0] == MigrationSteps.class && this.steps != null) ? this.steps : invoke(method, arguments);
	}

	/**
	 * Set what a migration that commits step by step finds here.
	 */
	void steps(MigrationSteps steps) {
		this.steps = steps;
	}

	/**
	 * Only the first end counts: Flyway commits again what its callbacks do after a
	 * failure.
	 */
	private void commit() throws SQLException {
		boolean first = this.end == End.NONE;
		if (first) {
			this.end = End.COMMIT_FAILED;
		}
		this.connection.commit();
		if (first) {
			this.end = End.COMMITTED;
			this.committed.run();
		}
	}

	private void rollback() throws SQLException {
		if (this.end == End.NONE) {
			this.end = End.ROLLED_BACK;
		}
		this.connection.rollback();
	}

	/**
	 * Return how the transaction has ended that was begun last.
	 */
	End end() {
		return this.end;
	}

	/**
	 * A transaction begins.
	 * @param whenCommitted what is to be done once it is committed
	 */
	void begun(Runnable whenCommitted) {
		this.end = End.NONE;
		this.committed = whenCommitted;
	}

	private @Nullable Object invoke(Method method, @Nullable Object[] arguments) throws Throwable {
		try {
			return method.invoke(this.connection, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	private void release() throws SQLException {
		this.handles--;
		if (this.handles == 0) {
			try (this.connection) {
				this.lease.unguard(this.connection);
			}
		}
	}

	/**
	 * How a transaction ends.
	 */
	enum End {

		/**
		 * It goes on.
		 */
		NONE,

		/**
		 * It was rolled back before anybody has tried to commit it.
		 */
		ROLLED_BACK,

		/**
		 * It was to be committed, and the answer was an error, or none.
		 */
		COMMIT_FAILED,

		/**
		 * It was committed.
		 */
		COMMITTED

	}

}
