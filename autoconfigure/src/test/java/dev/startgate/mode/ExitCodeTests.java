package dev.startgate.mode;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.testing.HeldMigration;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The codes with which processes end that are started for them. Those of the plain cases
 * are in {@link ModeTests}.
 */
@Tag("long")
class ExitCodeTests {

	private static final String LOCATIONS = "spring.flyway.locations=classpath:db/held";

	private static final String EXIT = "startgate.mode=migrate-and-exit";

	private final PostgresDatabase database = PostgresDatabase.create();

	@TempDir
	private Path directory;

	private final List<ReplicaProcess> processes = new ArrayList<>();

	@AfterEach
	void kill() {
		this.processes.forEach(ReplicaProcess::close);
	}

	@Test
	void nothingIsLeftToDoWhoeverDidIt() throws Exception {
		ReplicaProcess first;
		ReplicaProcess second;
		try (HeldMigration held = HeldMigration.in(this.database)) {
			first = start(this.database.properties(), EXIT);
			held.awaitReached();
			second = start(this.database.properties(), EXIT);
			second.awaitLog("Waiting for replica");
		}
		assertThat(first.awaitExit(PATIENCE)).isZero();
		assertThat(second.awaitExit(PATIENCE)).isZero();
		assertThat(second.log()).contains("Waited ").doesNotContain("does the work");
		assertThat(start(this.database.properties(), EXIT).awaitExit(PATIENCE)).isZero();
		assertThat(this.database.history()).containsExactly("1", "2");
		assertThat(this.database.lockRows()).extracting((row) -> row.get("generation"))
			.as("who finds nothing to do takes no lock")
			.containsExactly(1L);
	}

	@Test
	void somethingIsToBeMended() throws Exception {
		TestApplication.start(this.database, LOCATIONS).close();
		this.database.jdbc().update("update flyway_schema_history set success = false where version = '2'");
		ReplicaProcess failed = start(this.database.properties(), "startgate.mode=verify");
		ReplicaProcess unreachable = start(
				new String[] { "spring.datasource.url=jdbc:postgresql://localhost:1/nowhere" }, EXIT,
				"startgate.database.max-wait=1s");
		assertThat(failed.awaitExit(PATIENCE)).isOne();
		assertThat(failed.log()).contains("V2 'wait to be let go' (Failed)");
		assertThat(unreachable.awaitExit(PATIENCE)).isOne();
		assertThat(unreachable.log()).contains("The database can't be reached", "startgate.database.max-wait");
	}

	private ReplicaProcess start(String[] database, String... properties) throws IOException {
		List<String> all = new ArrayList<>(List.of(database));
		all.addAll(List.of(properties));
		all.add(LOCATIONS);
		ReplicaProcess process = ReplicaProcess.start(this.directory, RoleApplication.class, all);
		this.processes.add(process);
		return process;
	}

}
