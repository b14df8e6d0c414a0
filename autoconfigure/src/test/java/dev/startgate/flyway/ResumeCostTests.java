package dev.startgate.flyway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.startgate.testing.RoundTrips;
import dev.startgate.testing.StartingReplica;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * What it costs that a script can go on where it stops: the round trips of each
 * statement, compared with those of Flyway alone.
 */
@Tag("long")
class ResumeCostTests {

	private static final IntFunction<String> INSERT = (i) -> "insert into batch values (" + i + ", 'a row');\n";

	private static final IntFunction<String> ALTER = (i) -> "alter table batch alter column x set default " + i + ";\n";

	private static final int FEW = 10;

	private static final int MANY = 110;

	/** The share of renewals and looks, which do not depend on statements. */
	private static final double OTHERS = 0.4;

	@TempDir
	private Path directory;

	@ParameterizedTest
	@EnumSource
	void withFlywayAlone(ScriptServer server) throws Exception {
		assertThat(perStatement(server, false, INSERT, false)).isCloseTo(alone(server), within(OTHERS));
	}

	@ParameterizedTest
	@CsvSource({ "POSTGRESQL,true,0", "POSTGRESQL,false,1", "MARIADB,true,0", "MARIADB,false,1", "MYSQL,true,0",
			"MYSQL,false,2" })
	void anInsert(ScriptServer server, boolean inTransaction, int more) throws Exception {
		assertThat(perStatement(server, inTransaction, INSERT, true)).isCloseTo(alone(server) + more, within(OTHERS));
	}

	/**
	 * On MySQL and MariaDB, Startgate looks at the table before a statement that commits
	 * by itself. Without an open transaction of Flyway, it notes the result in a
	 * transaction on the connection of the lock.
	 */
	@ParameterizedTest
	@CsvSource({ "POSTGRESQL,true,0", "POSTGRESQL,false,1", "MARIADB,true,3", "MARIADB,false,7", "MYSQL,true,5",
			"MYSQL,false,9" })
	void aChangeOfATable(ScriptServer server, boolean inTransaction, int more) throws Exception {
		assertThat(perStatement(server, inTransaction, ALTER, true))
			.isBetween(alone(server) + Math.min(more, 1) - OTHERS, alone(server) + more + OTHERS);
	}

	/**
	 * MySQL's own driver asks the server before each statement that may write whether the
	 * session is read-only.
	 */
	private static double alone(ScriptServer server) {
		return (server == ScriptServer.MYSQL) ? 2 : 1;
	}

	private double perStatement(ScriptServer server, boolean inTransaction, IntFunction<String> statement,
			boolean enabled) throws Exception {
		long few = roundTrips(server, inTransaction, statement, enabled, FEW);
		long many = roundTrips(server, inTransaction, statement, enabled, MANY);
		return (double) (many - few) / (MANY - FEW);
	}

	private long roundTrips(ScriptServer server, boolean inTransaction, IntFunction<String> statement, boolean enabled,
			int statements) throws Exception {
		Files.writeString(this.directory.resolve("V1__batch.sql"),
				IntStream.range(0, statements)
					.mapToObj(statement)
					.collect(Collectors.joining("", "create table batch (x int, y varchar(20));\n", "")));
		Files.writeString(this.directory.resolve("V1__batch.sql.conf"), "executeInTransaction=" + inTransaction);
		String url = server.create();
		try (RoundTrips roundTrips = new RoundTrips(url);
				StartingReplica replica = StartingReplica.of(server.properties(roundTrips.through(url)),
						"startgate.enabled=" + enabled, "startgate.ddl.lock-timeout=0",
						"spring.datasource.hikari.minimum-idle=1", "spring.flyway.postgresql.transactional-lock=false",
						"spring.flyway.locations=filesystem:" + this.directory)) {
			assertThat(replica.started()).succeedsWithin(PATIENCE);
			return roundTrips.count();
		}
	}

}
