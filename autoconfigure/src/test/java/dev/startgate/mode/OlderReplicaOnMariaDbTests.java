package dev.startgate.mode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.MariaDbDatabase;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same on MariaDB, which has no event triggers. The test compares the history, where
 * each run of the view's migration adds a row, and the definition of the view.
 *
 * @see OlderReplicaTests
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class OlderReplicaOnMariaDbTests {

	private static final int RESTARTS = Integer.getInteger("restarts", 1);

	private final String url = MariaDbDatabase.create();

	private final JdbcTemplate jdbc = MariaDbDatabase.jdbc(this.url);

	@TempDir
	private Path directory;

	@Test
	void leavesWhatTheNewOneHasApplied(CapturedOutput output) throws IOException {
		write("old/V1__create_parcel.sql", "create table parcel (id int)");
		write("old/R__view.sql", view("id"));
		write("new/V1__create_parcel.sql", "create table parcel (id int)");
		write("new/V2__add_weight.sql", "alter table parcel add weight int");
		write("new/R__view.sql", view("id, weight"));
		check(output, "as it does not bring V2", new String[0], new String[0]);
	}

	@Test
	void olderBuildWithTheSameVersionsLeavesThemToo(CapturedOutput output) throws IOException {
		write("old/V1__create_parcel.sql", "create table parcel (id int, weight int)");
		write("old/R__view.sql", view("id"));
		write("new/V1__create_parcel.sql", "create table parcel (id int, weight int)");
		write("new/R__view.sql", view("id, weight"));
		check(output, "as its build is number 1, and the one that has applied them is number 2",
				new String[] { "startgate.repeatable.build-number=1" },
				new String[] { "startgate.repeatable.build-number=2" });
	}

	private void check(CapturedOutput output, String why, String[] older, String[] newer) {
		restart("old", output, older);
		restart("new", output, newer);
		List<?> before = state();
		assertThat(before.toString()).contains("weight");
		for (int i = 0; i < RESTARTS; i++) {
			assertThat(restart("old", output, older)).containsOnlyOnce("This replica is older, " + why);
		}
		assertThat(state()).as("after %d restarts", RESTARTS).isEqualTo(before);
		restart("old", output, Stream.concat(Stream.of(older), Stream.of("startgate.repeatable.apply-older=true"))
			.toArray(String[]::new));
		assertThat(state()).as("the control arm").isNotEqualTo(before);
	}

	private List<?> state() {
		return List.of(this.jdbc.queryForMap("show create view parcels"),
				this.jdbc.queryForList("select * from flyway_schema_history order by installed_rank"));
	}

	/**
	 * Start a replica that only has to start, and return what it logs.
	 */
	private String restart(String release, CapturedOutput output, String... properties) {
		int before = output.getAll().length();
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues("spring.datasource.url=" + this.url, "spring.datasource.username=root",
					"spring.flyway.locations=filesystem:" + this.directory.resolve(release))
			.withPropertyValues(properties)
			.run((context) -> assertThat(context).hasNotFailed());
		return output.getAll().substring(before);
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
