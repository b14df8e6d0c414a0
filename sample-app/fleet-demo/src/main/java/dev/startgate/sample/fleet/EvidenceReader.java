package dev.startgate.sample.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.sql.DataSource;

import dev.startgate.sample.fleet.Evidence.Created;
import dev.startgate.sample.fleet.Evidence.Migration;
import dev.startgate.sample.fleet.Evidence.Start;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Asks the database what happened in it, on sessions that have nothing to do with the
 * replicas.
 */
final class EvidenceReader {

	private final DataSource database;

	private final JdbcClient jdbc;

	EvidenceReader(DataSource database) {
		this.database = database;
		this.jdbc = JdbcClient.create(database);
	}

	/**
	 * Install the event trigger, before the first replica starts.
	 * @throws IOException if its script can't be read
	 */
	void install() throws IOException {
		String script = new ClassPathResource("fleet/ddl-audit.sql").getContentAsString(StandardCharsets.UTF_8);
		new JdbcTemplate(this.database).execute(script);
	}

	/**
	 * Return whether the scheduled job has run on each of some replicas.
	 * @param replicas the names of the replicas
	 * @return whether there is a row of each
	 */
	boolean hasRunOn(Collection<String> replicas) {
		return replicas.isEmpty() || firstRuns().keySet().containsAll(replicas);
	}

	Evidence read() {
		if (!isMigrated()) {
			return new Evidence(List.of(), List.of(), List.of(), Map.of());
		}
		return new Evidence(
				this.jdbc.sql("select script, success from flyway_schema_history order by installed_rank")
					.query(Migration.class)
					.list(),
				this.jdbc.sql("select replica, object from fleet_audit.created order by id")
					.query(Created.class)
					.list(),
				this.jdbc.sql("""
						select replica, migrated_here, extract(epoch from waited) * 1000 as waited_ms, opened_at
						from replica_start order by opened_at
						""").query(EvidenceReader::start).list(), firstRuns());
	}

	/**
	 * Return whether there are tables to look into. A start that failed has left none.
	 */
	private boolean isMigrated() {
		return this.jdbc.sql("select to_regclass('public.job_run') is not null").query(Boolean.class).single();
	}

	private Map<String, Instant> firstRuns() {
		return this.jdbc.sql("select replica, min(ran_at) as ran_at from job_run group by replica")
			.query(FirstRun.class)
			.stream()
			.collect(Collectors.toMap(FirstRun::replica, FirstRun::ranAt));
	}

	private static Start start(ResultSet row, int number) throws SQLException {
		return new Start(row.getString("replica"), row.getBoolean("migrated_here"),
				Duration.ofMillis(row.getLong("waited_ms")), row.getTimestamp("opened_at").toInstant());
	}

	private record FirstRun(String replica, Instant ranAt) {
	}

}
