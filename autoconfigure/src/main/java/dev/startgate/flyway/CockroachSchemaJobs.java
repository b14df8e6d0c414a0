package dev.startgate.flyway;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.StartAbandonedException;
import dev.startgate.gate.HumanReadable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs in which CockroachDB changes a schema. A commit returns when they have ended.
 * If its connection breaks before, they go on while the next migration runs.
 *
 * @see <a href="https://www.cockroachlabs.com/docs/stable/online-schema-changes">Online
 * Schema Changes</a>
 */
final class CockroachSchemaJobs {

	private static final Logger logger = LoggerFactory.getLogger(CockroachSchemaJobs.class);

	private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

	private static final String QUERY = "select description from [show jobs] where job_type in"
			+ " ('SCHEMA CHANGE', 'NEW SCHEMA CHANGE') and status in ('pending', 'running', 'reverting')";

	private final Lease lease;

	private final Means means;

	private @Nullable Boolean present;

	CockroachSchemaJobs(Lease lease, Means means) {
		this.lease = lease;
		this.means = means;
	}

	/**
	 * Wait until none of them is running, on a database that has such jobs.
	 */
	void settle() {
		List<String> jobs = isPresent() ? look() : List.of();
		if (jobs.isEmpty()) {
			return;
		}
		Instant since = this.means.time().instant();
		logger.info("Waiting for {} in the schema, before the next migration: {}",
				HumanReadable.count(jobs.size(), "change", "changes"), jobs);
		try {
			while (!jobs.isEmpty()) {
				this.means.gate()
					.show(jobs.stream().map((job) -> new Unsettled("change of the schema", since, job)).toList());
				this.means.pause().pause(LOOK_AGAIN);
				this.lease.ensureHeld();
				jobs = look();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new StartAbandonedException("waiting for jobs that change the schema", ex);
		}
		finally {
			this.means.gate().show(List.of());
		}
	}

	private boolean isPresent() {
		if (this.present == null) {
			List<String> names = new ArrayList<>();
			this.lease.sessions().ask((connection) -> DistributedSql.name(connection).ifPresent(names::add));
			this.present = names.contains(DistributedSql.COCKROACHDB);
		}
		return this.present;
	}

	private List<String> look() {
		List<String> jobs = new ArrayList<>();
		this.lease.sessions().ask((connection) -> {
			try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(QUERY)) {
				while (row.next()) {
					jobs.add(row.getString(1));
				}
			}
			catch (SQLException ex) {
				if (DatabaseUnreachableException.isCausing(ex)) {
					throw ex;
				}
				logger.warn("The database does not tell which jobs change the schema, so they are not waited for: {}",
						ex.getMessage());
			}
		});
		return jobs;
	}

}
