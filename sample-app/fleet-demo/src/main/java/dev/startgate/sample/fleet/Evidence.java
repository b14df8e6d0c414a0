package dev.startgate.sample.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the database says about the start of the fleet.
 *
 * @param history the rows of Flyway's history table
 * @param created what migrations created, as the event trigger saw it
 * @param starts the rows that replicas wrote when their gate opened
 * @param firstRuns when the scheduled job of each replica ran first
 */
record Evidence(List<Migration> history, List<Created> created, List<Start> starts, Map<String, Instant> firstRuns) {

	/**
	 * Return how long after its OPEN the scheduled job of a replica ran first.
	 * @param start the start of the replica
	 * @return the time, negative if it was too early, empty if the job did not run
	 */
	Optional<Duration> firstRunAfterOpen(Start start) {
		return Optional.ofNullable(this.firstRuns.get(start.replica()))
			.map((firstRun) -> Duration.between(start.openedAt(), firstRun));
	}

	Optional<Start> startOf(String replica) {
		return this.starts.stream().filter((start) -> start.replica().equals(replica)).findFirst();
	}

	/**
	 * A row of Flyway's history table.
	 *
	 * @param script the name of the file
	 * @param success whether it succeeded
	 */
	record Migration(String script, boolean success) {
	}

	/**
	 * Something that came into being in the schema of the application.
	 *
	 * @param replica the replica whose session did it
	 * @param object the name of the table, index or sequence
	 */
	record Created(String replica, String object) {
	}

	/**
	 * A row that a replica wrote when its gate opened.
	 *
	 * @param replica the name of the replica
	 * @param migrated whether it migrated itself
	 * @param waited how long it waited for another one
	 * @param openedAt when, on the clock of the database
	 */
	record Start(String replica, boolean migrated, Duration waited, Instant openedAt) {
	}

}
