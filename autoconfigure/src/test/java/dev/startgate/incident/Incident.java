package dev.startgate.incident;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import dev.startgate.testing.PostgresDatabase;

/**
 * One run of the incident: three replicas start at the same time on an empty database,
 * with engines whose behaviour the seed decides.
 */
final class Incident {

	static final Duration POLL_INTERVAL = Duration.ofMillis(500);

	private static final int REPLICAS = 3;

	private static final long LONGEST_WORK = 15_000;

	private static final long READY_FOR = 300;

	private final Arm arm;

	private final long seed;

	private final double scale;

	/**
	 * Create a new incident.
	 * @param arm what keeps migrations and metadata apart
	 * @param seed decides how long the engine works, and when it ends all sessions
	 * @param scale 1 for work of 0 to 15 s and the pause of the arm, less to shorten both
	 */
	Incident(Arm arm, long seed, double scale) {
		this.arm = arm;
		this.seed = seed;
		this.scale = scale;
	}

	IncidentReport run() {
		PostgresDatabase database = PostgresDatabase.create();
		Random random = new Random(this.seed * 7919 + 17);
		Engine before = new Engine(database, random, (long) (LONGEST_WORK * this.scale));
		Engine after = new Engine(database, random, (long) (LONGEST_WORK * this.scale));
		List<Engine> engines = (this.arm == Arm.STARTGATE) ? List.of(before, after) : List.of(before);
		List<IncidentReplica> replicas = new ArrayList<>();
		for (int number = 1; number <= REPLICAS; number++) {
			replicas.add(new IncidentReplica(properties(database, number), this.arm,
					(long) (this.arm.pause() * this.scale), before, after));
		}
		try (ReadinessProbe probe = new ReadinessProbe(replicas, engines)) {
			replicas.forEach((replica) -> replica.ended().join());
			Thread.sleep(READY_FOR);
			probe.close();
			return IncidentReport.of(this.arm, this.seed, this.scale, database, engines, replicas, probe);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		finally {
			replicas.forEach(IncidentReplica::close);
		}
	}

	private List<String> properties(PostgresDatabase database, int number) {
		return Stream.concat(Stream.of(database.properties()),
				Stream.of("server.port=0", "spring.flyway.locations=classpath:db/incident",
						"spring.datasource.hikari.maximum-pool-size=4", "spring.datasource.hikari.minimum-idle=1",
						"startgate.enabled=" + (this.arm == Arm.STARTGATE), "startgate.replica-name=replica-" + number,
						"startgate.metadata.poll-interval=" + POLL_INTERVAL.toMillis() + "ms"))
			.toList();
	}

}
