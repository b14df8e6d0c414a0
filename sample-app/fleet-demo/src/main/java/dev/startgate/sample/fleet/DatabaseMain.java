package dev.startgate.sample.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

/**
 * Runs the embedded PostgreSQL in a process of its own, because the server is a daemon
 * that would outlive a killed demo: this process notices the end of its parent, stops the
 * server and removes its files.
 */
final class DatabaseMain {

	static final String READY = "Database is ready on port ";

	private DatabaseMain() {
	}

	/**
	 * Start the server and stop it when the parent process is gone.
	 * @param args none
	 * @throws Exception if the server could not be started
	 */
	public static void main(String[] args) throws Exception {
		CountDownLatch parentGone = new CountDownLatch(1);
		ParentWatch.start(parentGone::countDown);
		EmbeddedPostgres postgres = EmbeddedPostgres.builder()
			.setDataDirectory(dataDirectory())
			.setRegisterShutdownHook(false)
			.setPGStartupWait(Duration.ofMinutes(2))
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres, parentGone), "stop-database"));
		System.out.println(READY + postgres.getPort());
		parentGone.await();
		System.exit(0);
	}

	/**
	 * Return a directory where the next embedded PostgreSQL looks for servers that were
	 * left behind. If this process is killed, that one stops the server and removes the
	 * files.
	 */
	private static Path dataDirectory() {
		return Path.of(System.getProperty("java.io.tmpdir"), "embedded-pg", "fleet-" + UUID.randomUUID());
	}

	/**
	 * Wait for the end of the demo, then stop the server. Ctrl-C reaches all processes of
	 * the demo at once, and the replicas get their time to stop before the database does.
	 */
	private static void stop(EmbeddedPostgres postgres, CountDownLatch parentGone) {
		try (postgres) {
			if (!parentGone.await(20, TimeUnit.SECONDS)) {
				System.out.println("Stopping although the demo is still there");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			System.out.println("Could not stop the database: " + ex.getMessage());
		}
	}

}
