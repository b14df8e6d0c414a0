package dev.startgate.chaos;

import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that nothing is lost, done twice or done too early. Replicas are processes on a
 * real database, each behind a small TCP proxy. During the migrations a fault kills,
 * freezes, ends, cuts off, delays or black-holes a replica. Other faults end its session,
 * restart the database, or keep a transaction open on the tables of the migrations. The
 * invariants are checked from what the database and the replicas recorded. The schema and
 * rows are compared with those that Flyway alone leaves without any fault. The build runs
 * a few rounds of some 15 seconds each. To run more of them, or one of them again:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=200
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=100 -Dchaos.database=mariadb
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=1 -Dchaos.seed=4711
 * </pre>
 *
 * {@code -Dchaos.database=mysql} needs a running MySQL or MariaDB at {@code MYSQL_URL}.
 * {@code -Dchaos.mysql=} names the program that restarts it.
 *
 * {@code -Dchaos.arm=STOP} runs the same rounds with
 * {@code startgate.on-interrupted=stop}, and {@code -Dchaos.arm=PLAIN} with plain Boot
 * and Flyway. {@code -Dchaos.properties=startgate.on-failure=stay-down} gives the
 * replicas more properties. {@code -Dchaos.other=} names a directory of classes of
 * another version of Startgate, which {@code .ci/other-version} makes of a commit. Half
 * of the processes, chosen at random, run that version, as in a rolling update. With
 * {@code -Dchaos.further=BLOCK} each round begins with that fault and then has its own
 * ones. The table at the end is also written to {@code target/chaos}, beside the logs of
 * each replica. A {@code chaos.csv} there has a row for each round, and
 * {@code docs/evidence/chaos.csv} collects these rows.
 */
@Tag("alone")
@DisabledOnOs(OS.WINDOWS)
class ChaosTests {

	/** At most one in this many rounds may need a person. */
	private static final int FEW = 50;

	@Test
	@DisabledIf("isLongRun")
	void nothingIsLostDoneTwiceOrEarlyOnPostgreSql() throws Exception {
		assertThat(run("postgresql", Arm.STARTGATE, 2)).isEmpty();
	}

	@Test
	@DisabledIf("isLongRun")
	void nothingIsLostDoneTwiceOrEarlyOnMariaDb() throws Exception {
		assertThat(run("mariadb", Arm.STARTGATE, 1)).isEmpty();
	}

	/**
	 * The crash ends all sessions of the server. The script must go on, although the
	 * server is another process then.
	 */
	@Test
	@DisabledIf("isLongRun")
	void aScriptGoesOnAfterTheServerOfPostgreSqlHasCrashed() throws Exception {
		try (ChaosDatabase database = ChaosDatabase.start("postgresql")) {
			RoundReport report = new Round(database, Arm.STARTGATE, 1,
					List.of(new Fault(FaultKind.RESTART_IMMEDIATE, 6, 400, 0)), Content.undisturbed(database))
				.run();
			assertThat(report.violations()).isEmpty();
			assertThat(report.resolved()).isEmpty();
			assertThat(report.resumed()).isNotEmpty();
		}
	}

	/**
	 * The control arm: a replica is killed while it creates an index concurrently.
	 */
	@Test
	@DisabledIf("isLongRun")
	void plainFlywayBreaksAnInvariant() throws Exception {
		ResultTable table = new ResultTable("postgresql PLAIN");
		try (ChaosDatabase database = ChaosDatabase.start("postgresql")) {
			table.add(new Round(database, Arm.PLAIN, 0, List.of(new Fault(FaultKind.KILL, 4, 100, 0)),
					Content.undisturbed(database))
				.run());
		}
		assertThat(table.violated()).isNotEmpty();
	}

	@Test
	@EnabledIf("isLongRun")
	@Timeout(value = 6, unit = TimeUnit.HOURS)
	void manyRounds() throws Exception {
		assertThat(run(ChaosOptions.database(), ChaosOptions.arm(), ChaosOptions.rounds(1))).isEmpty();
	}

	static boolean isLongRun() {
		return ChaosOptions.isLongRun();
	}

	private static List<RoundReport> run(String product, Arm arm, int rounds) throws Exception {
		long first = ChaosOptions.seed();
		System.out.println("The first seed is " + first);
		ResultTable table = new ResultTable(product + " " + arm);
		try (ChaosDatabase database = ChaosDatabase.start(product)) {
			Content undisturbed = Content.undisturbed(database);
			for (long seed = first; seed < first + rounds; seed++) {
				table.add(new Round(database, arm, seed, Fault.draw(seed), undisturbed).run());
			}
		}
		finally {
			table.publish();
		}
		// without resuming, rounds are expected to need a person
		if (arm == Arm.STARTGATE) {
			assertThat(table.neededPerson()).hasSizeLessThanOrEqualTo(rounds / FEW);
		}
		return table.violated();
	}

}
