package dev.startgate.mode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.ReplicaProcess;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same on MariaDB, which has no event triggers: each of its runs makes a row in the
 * history, and a view that was made again is another one.
 *
 * @see OlderReplicaTests
 */
@Tag("long")
class OlderReplicaOnMariaDbTests {

	private static final int RESTARTS = Integer.getInteger("restarts", 1);

	private final String url = MariaDbDatabase.create();

	private final JdbcTemplate jdbc = MariaDbDatabase.jdbc(this.url);

	@TempDir
	private Path directory;

	@Test
	void leavesWhatTheNewOneHasApplied() throws Exception {
		write("old/V1__create_parcel.sql", "create table parcel (id int)");
		write("old/R__view.sql", view("id"));
		write("new/V1__create_parcel.sql", "create table parcel (id int)");
		write("new/V2__add_weight.sql", "alter table parcel add weight int");
		write("new/R__view.sql", view("id, weight"));
		check("as it does not bring V2", List.of(), List.of());
	}

	@Test
	void olderBuildWithTheSameVersionsLeavesThemToo() throws Exception {
		write("old/V1__create_parcel.sql", "create table parcel (id int, weight int)");
		write("old/R__view.sql", view("id"));
		write("new/V1__create_parcel.sql", "create table parcel (id int, weight int)");
		write("new/R__view.sql", view("id, weight"));
		check("as its build is number 1, and the one that has applied them is number 2",
				List.of("startgate.repeatable.build-number=1"), List.of("startgate.repeatable.build-number=2"));
	}

	private void check(String why, List<String> older, List<String> newer) throws IOException, InterruptedException {
		restart("old", older);
		restart("new", newer);
		List<?> before = state();
		assertThat(before.toString()).contains("weight");
		for (int i = 0; i < RESTARTS; i++) {
			assertThat(restart("old", older)).containsOnlyOnce("This replica is older, " + why);
		}
		assertThat(state()).as("after %d restarts", RESTARTS).isEqualTo(before);
		restart("old", Stream.concat(older.stream(), Stream.of("startgate.repeatable.apply-older=true")).toList());
		assertThat(state()).as("the control arm").isNotEqualTo(before);
	}

	private List<?> state() {
		return List.of(this.jdbc.queryForMap("show create view parcels"),
				this.jdbc.queryForList("select * from flyway_schema_history order by installed_rank"));
	}

	private String restart(String release, List<String> properties) throws IOException, InterruptedException {
		List<String> arguments = Stream.concat(properties.stream(),
				Stream.of("spring.main.web-application-type=none", "spring.datasource.url=" + this.url,
						"spring.datasource.username=root",
						"spring.flyway.locations=filesystem:" + this.directory.resolve(release)))
			.toList();
		try (ReplicaProcess replica = ReplicaProcess.start(this.directory, TestApplication.class, arguments)) {
			assertThat(replica.awaitExit(PATIENCE)).as(replica.log()).isZero();
			return replica.log();
		}
	}

	private static String view(String columns) {
		return "create or replace view parcels as select " + columns + " from parcel";
	}

	private void write(String name, String content) throws IOException {
		Path file = this.directory.resolve(name);
		Files.createDirectories(file.getParent());
		Files.writeString(file, content);
	}

}
