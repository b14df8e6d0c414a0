package dev.startgate.sample.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.sql.DataSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * The process that runs the embedded PostgreSQL, with an empty database for the fleet.
 */
final class DatabaseProcess implements AutoCloseable {

	private final ChildJvm jvm;

	private final int port;

	private DatabaseProcess(ChildJvm jvm, int port) {
		this.jvm = jvm;
		this.port = port;
	}

	static DatabaseProcess start(Path log) throws IOException, InterruptedException {
		CompletableFuture<Integer> port = new CompletableFuture<>();
		ChildJvm jvm = ChildJvm.start(DatabaseMain.class, List.of(), Map.of(), log, (line) -> {
			if (line.startsWith(DatabaseMain.READY)) {
				port.complete(Integer.valueOf(line.substring(DatabaseMain.READY.length())));
			}
		});
		jvm.onExit().thenAccept((code) -> port.completeExceptionally(new IOException("exit code " + code)));
		try {
			DatabaseProcess database = new DatabaseProcess(jvm, port.get(2, TimeUnit.MINUTES));
			JdbcClient postgres = JdbcClient.create(database.dataSource("postgres"));
			postgres.sql("create role parcels login password 'parcels'").update();
			postgres.sql("create database parcels owner parcels").update();
			return database;
		}
		catch (ExecutionException | TimeoutException ex) {
			jvm.kill();
			throw new FleetException("The embedded PostgreSQL did not start (" + ex.getMessage() + "), see " + log);
		}
	}

	/**
	 * Return the address of the fleet's database.
	 * @return the JDBC URL, without user
	 */
	String url() {
		return url("parcels");
	}

	/**
	 * Return the fleet's database, as a superuser sees it.
	 * @return a data source
	 */
	DataSource asSuperuser() {
		return dataSource("parcels");
	}

	private DataSource dataSource(String name) {
		return new DriverManagerDataSource(url(name), "postgres", "postgres");
	}

	private String url(String name) {
		return "jdbc:postgresql://localhost:" + this.port + "/" + name;
	}

	@Override
	public void close() {
		this.jvm.endInput();
		this.jvm.close();
	}

}
