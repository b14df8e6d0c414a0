package dev.startgate.initializer;

import dev.startgate.initializer.InitializerRace.Database;
import dev.startgate.initializer.InitializerRace.Result;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A few rounds of {@link InitializerBenchmark}.
 */
@Tag("alone")
class InitializerRaceTests {

	private static final int ROUNDS = 2;

	/** Now and then a replica begins too late for a race with another one. */
	private static final int MOST_ROUNDS = 12;

	@Test
	void scriptsOfReplicasMeetWithoutCoordinationOnly() throws Exception {
		try (InitializerRace race = new InitializerRace(4)) {
			Result without;
			int rounds = 0;
			do {
				without = race.run(Initializer.SCHEMA, Database.POSTGRESQL, ROUNDS, "startgate.initializers=off");
				rounds += ROUNDS;
			}
			while (without.failedRounds() == 0 && rounds < MOST_ROUNDS);
			Result with = race.run(Initializer.SCHEMA, Database.POSTGRESQL, ROUNDS);
			assertThat(without.failedRounds()).as("without: %s", without.examples().toList()).isPositive();
			assertThat(with.failedRounds()).as("with: %s", with.examples().toList()).isZero();
		}
	}

}
