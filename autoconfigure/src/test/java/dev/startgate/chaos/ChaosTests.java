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
 * Starts replicas as processes, each behind a small TCP proxy, on a real database, and
 * then kills, freezes, ends, cuts off, delays or black-holes one of them while it
 * migrates, or ends its session, or restarts the database, or keeps a transaction open on
 * the tables of the migrations. What must be true after that is checked from what the
 * database itself recorded, and its schema and rows are compared with those that Flyway
 * alone leaves if nothing disturbs it. The build runs a few rounds, of some 15 seconds
 * each; more of them, and one of them again:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=200
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=100 -Dchaos.database=mariadb
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=1 -Dchaos.seed=4711
 * </pre>
 *
 * {@code -Dchaos.database=mysql} needs a MySQL, or a MariaDB, that is running at
 * {@code MYSQL_URL}, and {@code -Dchaos.mysql=} the program that restarts it.
 *
 * {@code -Dchaos.arm=STOP} shows the same rounds with
 * {@code startgate.on-interrupted=stop}, {@code -Dchaos.arm=PLAIN} with plain Boot and
 * Flyway, and {@code -Dchaos.properties=startgate.on-failure=stay-down} gives the
 * replicas more properties. With {@code -Dchaos.other=} and a directory of classes half
 * of the processes, chosen at random, run another version of Startgate, as in a rolling
 * update: {@code .ci/other-version} makes it of a commit. {@code -Dchaos.further=BLOCK}
 * begins each round with that fault and then has its own ones. The table at the end is
 * also written to {@code target/chaos}, beside the logs of each replica and a
 * {@code chaos.csv} with a row for each round, which {@code docs/evidence/chaos.csv}
 * collects.
 */
@Tag("alone")
@DisabledOnOs(OS.WINDOWS)
class ChaosTests {

	/** One of so many rounds may need a person, if there is a reason. */
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
	 * Its sessions of before are gone with it, although another process is the server
	 * now.
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
	 * The control arm: killed while it indexes concurrently.
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
		// without resuming that is what is to be expected
		if (arm == Arm.STARTGATE) {
			assertThat(table.neededPerson()).hasSizeLessThanOrEqualTo(rounds / FEW);
		}
		return table.violated();
	}

}
