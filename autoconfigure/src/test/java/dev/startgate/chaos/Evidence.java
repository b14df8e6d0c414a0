package dev.startgate.chaos;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import dev.startgate.chaos.Sampler.Sample;

import org.springframework.core.NestedRuntimeException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What a round left.
 *
 * @param steps the audit, in its order
 * @param history the versions in Flyway's history, failed ones marked as such
 * @param broken objects that exist but can't be used
 * @param samples which sessions executed migrations at which moment
 * @param replicas the replicas
 */
record Evidence(List<Step> steps, List<String> history, List<String> broken, List<Sample> samples,
		List<Replica> replicas) {

	static Evidence collect(ChaosDatabase database, String name, Fleet fleet, Sampler sampler) {
		JdbcTemplate jdbc = database.jdbc(name);
		List<Step> steps = jdbc.query(
				"select at, backend, port, version, what from " + database.audit(name) + ".step order by id",
				(row, number) -> step(row, fleet));
		return new Evidence(steps, history(jdbc), jdbc.queryForList(database.broken(), String.class),
				List.copyOf(sampler.samples()), fleet.replicas());
	}

	private static List<String> history(JdbcTemplate jdbc) {
		try {
			return jdbc.query("select version, success from flyway_schema_history order by installed_rank",
					(row, number) -> row.getString(1) + (row.getBoolean(2) ? "" : " failed"));
		}
		catch (NestedRuntimeException ex) {
			return List.of();
		}
	}

	private static Step step(ResultSet row, Fleet fleet) throws SQLException {
		String token = fleet.tokenOf(row.getInt("port"));
		return new Step(row.getTimestamp("at").toInstant().toEpochMilli(), row.getString("backend"),
				(token != null) ? token : "harness", row.getString("version"), row.getString("what"));
	}

	/**
	 * A row of the audit.
	 *
	 * @param at when, in milliseconds on the clock of the database
	 * @param backend the session
	 * @param token the incarnation of the replica whose session it is
	 * @param version the version of the migration, or {@code null}
	 * @param what what was done
	 */
	record Step(long at, String backend, String token, String version, String what) {

		static final String RESOLVED = "resolved";

	}

}
