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
 * then kills, freezes, ends, cuts off, delays or black-holes one of them, or restarts the
 * database, while it migrates. What must be true after that is checked from what the
 * database itself recorded. The build runs a few rounds, of some 15 seconds each; more of
 * them, and one of them again:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=200
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=100 -Dchaos.database=mariadb
 * mvn -B -ntp -pl autoconfigure test -Dtest=ChaosTests -Dchaos.rounds=1 -Dchaos.seed=4711
 * </pre>
 *
 * {@code -Dchaos.arm=PLAIN} shows the same rounds with plain Boot and Flyway, and
 * {@code -Dchaos.properties=startgate.on-failure=stay-down} gives the replicas more
 * properties. The table at the end is also written to {@code target/chaos}, beside the
 * logs of each replica.
 */
@Tag("alone")
@DisabledOnOs(OS.WINDOWS)
class ChaosTests {

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
	 * The control arm: killed while it indexes concurrently.
	 */
	@Test
	@DisabledIf("isLongRun")
	void plainFlywayBreaksAnInvariant() throws Exception {
		ResultTable table = new ResultTable("postgresql PLAIN");
		try (ChaosDatabase database = ChaosDatabase.start("postgresql")) {
			table.add(new Round(database, Arm.PLAIN, 0, List.of(new Fault(FaultKind.KILL, 4, 100, 0))).run());
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
			for (long seed = first; seed < first + rounds; seed++) {
				table.add(new Round(database, arm, seed, Fault.draw(seed)).run());
			}
		}
		finally {
			table.publish();
		}
		return table.violated();
	}

}
