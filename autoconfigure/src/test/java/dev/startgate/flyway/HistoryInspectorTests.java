package dev.startgate.flyway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.coordination.DatabaseUnreachableException;
import dev.startgate.testing.InterceptedDataSource;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Flyway does not look at a history again as long as nothing has changed in it.
 */
class HistoryInspectorTests {

	private final String url = PostgresDatabase.create().url();

	@TempDir
	private Path directory;

	@BeforeEach
	void write() throws IOException {
		Files.writeString(this.directory.resolve("V1__x.sql"), "create table x (id int)");
		Files.writeString(this.directory.resolve("R__y.sql"), "create or replace view y as select * from x");
	}

	/** This holds even if the replica always runs a strategy. */
	@ParameterizedTest
	@EnumSource(names = { "IF_PENDING", "ALWAYS" })
	void aMigrationThatWasJustSeenIsNotLookedForAgain(RunMode mode) {
		HistoryInspector inspector = inspector(null, mode);
		assertThat(inspector.pending(FlywayName.ofBean("flyway", false))).isNotEmpty();
		assertThat(inspector.mayHaveChanged(false)).isFalse();
		flyway(null).load().migrate();
		assertThat(inspector.mayHaveChanged(false)).isTrue();
	}

	/** With an init SQL of the application, Startgate does not read the rows itself. */
	@Test
	void whatIsLookedAtByFlywayAloneIsLookedAtAgainAfterAWhile() {
		HistoryInspector inspector = inspector("select 1", RunMode.IF_PENDING);
		assertThat(inspector.pending(FlywayName.ofBean("flyway", false))).isNotEmpty();
		int polls = 1;
		while (!inspector.mayHaveChanged(false)) {
			polls++;
		}
		assertThat(polls).isBetween(2, 10);
		assertThat(inspector.mayHaveChanged(true)).as("after somebody else's work").isTrue();
	}

	/** Startgate reads the rows first, and then it asks Flyway, which fails. */
	@Test
	void whatWasSeenBeforeTheConnectionBrokeIsLookedAtAgain() {
		flyway(null).load().migrate();
		AtomicBoolean broken = new AtomicBoolean(true);
		DataSource failing = new InterceptedDataSource(this.url, "postgres", (number, method, arguments) -> {
			if (broken.get() && number > 1 && method.equals("getConnection")) {
				throw new SQLException("too many clients", "53300");
			}
		});
		HistoryInspector inspector = looking(flyway(null).dataSource(failing), RunMode.NEVER);
		assertThatThrownBy(() -> inspector.pending(FlywayName.ofBean("flyway", false)))
			.isInstanceOf(DatabaseUnreachableException.class);
		broken.set(false);
		assertThat(inspector.mayHaveChanged(false)).isTrue();
		assertThat(inspector.pending(FlywayName.ofBean("flyway", false))).isEmpty();
	}

	/** Where nothing was applied, Flyway would only repeat what the files say. */
	@Test
	void flywayIsNotAskedAboutVersionedFilesWithoutAHistory() throws IOException {
		Files.delete(this.directory.resolve("R__y.sql"));
		Files.writeString(this.directory.resolve("V10__last_of_all.sql"), "select 1");
		Files.writeString(this.directory.resolve("V2__second.sql"), "select 1");
		InterceptedDataSource counting = new InterceptedDataSource(this.url, "postgres",
				(number, method, arguments) -> {
				});
		HistoryInspector inspector = looking(flyway(null).dataSource(counting), RunMode.IF_PENDING);
		assertThat(inspector.pending(FlywayName.ofBean("flyway", false))).containsExactly("V1 'x' (Pending)",
				"V2 'second' (Pending)", "V10 'last of all' (Pending)");
		assertThat(counting.connections()).isOne();
		assertThat(inspector.mayHaveChanged(false)).isFalse();
		flyway(null).load().migrate();
		assertThat(inspector.mayHaveChanged(true)).isTrue();
		assertThat(inspector.pending(FlywayName.ofBean("flyway", false))).isEmpty();
		assertThat(inspector.last().since(inspector.first(), "other")).hasSize(3);
		assertThat(counting.connections()).isEqualTo(4);
	}

	/** Flyway reports a missing schema with an error of its own. */
	@Test
	void flywayIsAskedWithoutASchema() throws IOException {
		Files.delete(this.directory.resolve("R__y.sql"));
		FluentConfiguration nowhere = flyway(null).dataSource(this.url + "?currentSchema=", "postgres", "");
		assertThatThrownBy(() -> looking(nowhere, RunMode.IF_PENDING).pending(FlywayName.ofBean("flyway", false)))
			.hasMessageContaining("Set the current schema");
	}

	/** Otherwise Flyway would be asked under the lock, and wait for the pool there. */
	@Test
	void flywayIsAskedAtOnceIfThePoolIsTooSmallForIt() throws IOException {
		Files.delete(this.directory.resolve("R__y.sql"));
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(this.url);
		config.setUsername("postgres");
		config.setMaximumPoolSize(1);
		config.setConnectionTimeout(250);
		try (HikariDataSource pool = new HikariDataSource(config)) {
			HistoryInspector inspector = looking(flyway(null).dataSource(pool), RunMode.IF_PENDING);
			assertThatThrownBy(() -> inspector.pending(FlywayName.ofBean("flyway", false)))
				.isInstanceOf(DatabaseUnreachableException.class);
		}
	}

	/** The files alone and Flyway itself give the same answer in the same words. */
	@Test
	void whatIsPendingWithoutAHistoryIsCalledAsFlywayCallsIt() throws IOException {
		Files.delete(this.directory.resolve("R__y.sql"));
		Files.writeString(this.directory.resolve("V1.1__y.sql"), "select 1");
		FlywayName name = FlywayName.ofBean("flyway", false);
		assertThat(looking(flyway(null), RunMode.IF_PENDING).pending(name))
			.isEqualTo(looking(flyway(null), RunMode.NEVER).pending(name));
	}

	private HistoryInspector inspector(String initSql, RunMode mode) {
		return looking(flyway(initSql), mode);
	}

	private static HistoryInspector looking(FluentConfiguration flyway, RunMode mode) {
		return new HistoryInspector(flyway.load(), mode, new OlderRepeatables("", true, null, "", null, () -> false));
	}

	private FluentConfiguration flyway(String initSql) {
		return Flyway.configure()
			.dataSource(this.url, "postgres", "")
			.initSql(initSql)
			.locations("filesystem:" + this.directory);
	}

}
