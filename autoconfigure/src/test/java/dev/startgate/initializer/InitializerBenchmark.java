package dev.startgate.initializer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.startgate.initializer.InitializerRace.Database;
import dev.startgate.initializer.InitializerRace.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Eight processes start at once on an empty database, and their initializers begin at the
 * same moment: with plain Boot, with Startgate that coordinates migrations only, and with
 * Startgate. Not part of the build:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=InitializerBenchmark -Dinitializer.rounds=50
 * </pre>
 *
 * It takes long to run each kind by itself. To run all that are coordinated, in one
 * application and on both databases:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=InitializerBenchmark -Dinitializer.rounds=50
 *     -Dinitializer.kinds=ALL -Dinitializer.arms=startgate.initializers=one-at-a-time
 * </pre>
 */
@Timeout(value = 10, unit = TimeUnit.HOURS)
class InitializerBenchmark {

	private static final int ROUNDS = Integer.getInteger("initializer.rounds", 5);

	private static final int REPLICAS = Integer.getInteger("initializer.replicas", 8);

	private static final List<String> KINDS = chosen("kinds",
			Stream.of(Initializer.values()).map(Enum::name).toArray(String[]::new));

	private static final List<String> DATABASES = chosen("databases",
			Stream.of(Database.values()).map(Enum::name).toArray(String[]::new));

	private static final List<String> ARMS = chosen("arms", "startgate.enabled=false", "startgate.initializers=off",
			"startgate.initializers=one-at-a-time");

	private static List<String> chosen(String property, String... all) {
		return List.of(System.getProperty("initializer." + property, String.join(",", all)).split(","));
	}

	@Test
	void measure() throws Exception {
		List<String> rows = new ArrayList<>();
		try (InitializerRace race = new InitializerRace(REPLICAS)) {
			for (String database : DATABASES) {
				for (String kind : KINDS) {
					for (String arm : ARMS) {
						Result result = race.run(Initializer.valueOf(kind), Database.valueOf(database), ROUNDS, arm);
						rows.add("| %s | %s | `%s` | %s |".formatted(Database.valueOf(database),
								Initializer.valueOf(kind).title(), arm, result.row()));
						System.out.println(rows.get(rows.size() - 1));
						result.examples().forEach((example) -> System.out.println("    " + example));
					}
				}
			}
		}
		System.out.println("| database | what | | rounds with a failure | failed starts | rounds with wrong content |"
				+ " complaints in logs | a round |");
		rows.forEach(System.out::println);
	}

}
