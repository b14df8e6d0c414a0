package dev.startgate.lock;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;

/**
 * A connection that is lent, and records whether it was used.
 */
final class ObservedConnection {

	private volatile boolean used;

	private volatile boolean returned;

	/**
	 * Return the connection to lend, which records each use.
	 */
	Connection lend(Connection connection) {
		return (Connection) Proxy.newProxyInstance(ObservedConnection.class.getClassLoader(),
				new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
					this.used |= method.getDeclaringClass() != Object.class;
					try {
						return method.invoke(connection, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getTargetException();
					}
				});
	}

	void takeBack() {
		this.returned = true;
	}

	/**
	 * Return whether the connection was taken back unused.
	 */
	boolean isUntouched() {
		return this.returned && !this.used;
	}

}
