package dev.startgate.testing;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Opens connections that report each call to an interceptor before it is executed. The
 * statements that a connection creates do so too, but not those that it prepares.
 */
public final class InterceptedDataSource extends DriverManagerDataSource {

	private final Interceptor interceptor;

	private final AtomicInteger connections = new AtomicInteger();

	public InterceptedDataSource(String url, String user, Interceptor interceptor) {
		super(url, user, "");
		this.interceptor = interceptor;
	}

	/**
	 * Return how many connections were requested.
	 */
	public int connections() {
		return this.connections.get();
	}

	@Override
	public Connection getConnection() throws SQLException {
		int number = this.connections.incrementAndGet();
		this.interceptor.before(number, "getConnection");
		return intercepted(number, Connection.class, super.getConnection());
	}

	private <T> T intercepted(int number, Class<T> type, T target) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
				Object[] all = (arguments != null) ? arguments : new Object[0];
				this.interceptor.before(number, method.getName(), all);
				try {
					Object result = method.invoke(target, all);
					return method.getName().equals("createStatement")
							? intercepted(number, Statement.class, (Statement) result) : result;
				}
				catch (InvocationTargetException ex) {
					throw ex.getTargetException();
				}
			}));
	}

	/**
	 * Sees each call. It may replace arguments, or let the call fail.
	 */
	@FunctionalInterface
	public interface Interceptor {

		/**
		 * Handle a call that is about to be executed.
		 * @param connection the number of the connection, from 1
		 * @param method the name of the method
		 * @param arguments its arguments
		 */
		void before(int connection, String method, Object... arguments) throws SQLException;

	}

}
