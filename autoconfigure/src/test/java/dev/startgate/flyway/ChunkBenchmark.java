package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import dev.startgate.ChunkedMigration;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One million rows changed by one statement and in chunks: how long that takes, how long
 * a row that another session wants is locked, and how much the table grows. Not part of
 * the build:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChunkBenchmark -Dchunks.rows=1000000
 * </pre>
 */
@Timeout(value = 6, unit = TimeUnit.HOURS)
class ChunkBenchmark {

	private static final int ROWS = Integer.getInteger("chunks.rows", 1_000_000);

	private static final String SET = "update parcel set zone = 'zone ' || id % 100 ";

	private final List<String> lines = new ArrayList<>();

	@Test
	void measure() throws Exception {
		measure("warm-up", new V2__Keys(10_000));
		this.lines.clear();
		for (int round = 0; round < 2; round++) {
			measure("one `update`", new V2__Once());
			for (int size : new int[] { 100, 1_000, 10_000, 100_000 }) {
				measure("`:from`, `:to`, " + size, new V2__Keys(size));
			}
			for (int size : new int[] { 1_000, 10_000, 100_000 }) {
				measure("`:chunk`, " + size, new V2__Limit(size, false));
			}
			for (int size : new int[] { 1_000, 10_000 }) {
				measure("`:chunk`, " + size + ", partial index", new V2__Limit(size, true));
			}
		}
		System.out.println("| way | time | longest transaction | size after, of the size before |");
		this.lines.forEach(System.out::println);
	}

	private void measure(String name, JavaMigration migration) throws Exception {
		PostgresDatabase database = PostgresDatabase.create();
		JdbcTemplate jdbc = database.jdbc();
		jdbc.execute("create table parcel (id bigint primary key, address text not null, zone text)");
		jdbc.update("insert into parcel select id, 'street ' || id from generate_series(1, ?) id", ROWS);
		if (migration instanceof V2__Limit limit && limit.indexed) {
			jdbc.execute("create index left_to_do on parcel (id) where zone is null");
		}
		jdbc.execute("vacuum analyze parcel");
		jdbc.execute("checkpoint");
		long before = size(jdbc);
		long began = System.nanoTime();
		try (LongestTransaction longest = new LongestTransaction(database)) {
			new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
				.withPropertyValues(database.properties())
				.withPropertyValues("spring.flyway.locations=", "spring.flyway.baseline-on-migrate=true")
				.withBean(JavaMigration.class, () -> migration)
				.run((context) -> assertThat(context).hasNotFailed());
			double seconds = (System.nanoTime() - began) / 1e9;
			assertThat(jdbc.queryForObject("select count(*) from parcel where zone is null", Long.class)).isZero();
			this.lines.add(String.format(Locale.ROOT, "| %s | %.1f s | %.0f ms | %.2f |", name, seconds,
					longest.milliseconds(), size(jdbc) / (double) before));
			System.out.println(this.lines.get(this.lines.size() - 1));
		}
		jdbc.execute("drop table parcel");
	}

	private static long size(JdbcTemplate jdbc) {
		return jdbc.queryForObject("select pg_total_relation_size('parcel')", Long.class);
	}

	/**
	 * The longest transaction that changes rows, as another session sees it when it looks
	 * every few milliseconds.
	 */
	private static final class LongestTransaction implements AutoCloseable {

		private final Thread thread;

		private volatile boolean over;

		private volatile double milliseconds;

		private LongestTransaction(PostgresDatabase database) throws SQLException {
			Connection connection = database.dataSource().getConnection();
			this.thread = new Thread(() -> sample(connection), "sampler");
			this.thread.start();
		}

		private void sample(Connection connection) {
			try (connection; var statement = connection.createStatement()) {
				while (!this.over) {
					try (var result = statement.executeQuery("select coalesce(max(extract(epoch from"
							+ " clock_timestamp() - xact_start)) * 1000, 0) from pg_stat_activity"
							+ " where backend_xid is not null and datname = current_database()"
							+ " and query like 'update parcel%'")) {
						result.next();
						this.milliseconds = Math.max(this.milliseconds, result.getDouble(1));
					}
					TimeUnit.MILLISECONDS.sleep(5);
				}
			}
			catch (SQLException | InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private double milliseconds() {
			return this.milliseconds;
		}

		@Override
		public void close() throws InterruptedException {
			this.over = true;
			this.thread.join();
		}

	}

	private static final class V2__Once extends BaseJavaMigration {

		@Override
		public void migrate(Context context) throws SQLException {
			try (var statement = context.getConnection().createStatement()) {
				statement.execute(SET);
			}
		}

	}

	private static final class V2__Keys extends ChunkedMigration {

		private final int size;

		private V2__Keys(int size) {
			this.size = size;
		}

		@Override
		protected int chunkSize() {
			return this.size;
		}

		@Override
		protected String keys() {
			return "select min(id), max(id) from parcel";
		}

		@Override
		protected String statement() {
			return SET + "where id >= :from and id < :to";
		}

	}

	private static final class V2__Limit extends ChunkedMigration {

		private final int size;

		private final boolean indexed;

		private V2__Limit(int size, boolean indexed) {
			this.size = size;
			this.indexed = indexed;
		}

		@Override
		protected int chunkSize() {
			return this.size;
		}

		@Override
		protected String statement() {
			return SET + "where id in (select id from parcel where zone is null limit :chunk)";
		}

	}

}
