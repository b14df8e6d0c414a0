package dev.startgate.lock;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How a user with few rights recognizes a PostgreSQL server.
 */
class PostgreSqlSessionsTests {

	private static final AtomicInteger NUMBER = new AtomicInteger();

	private static final String WITH_TIMELINE = "\\d+/[0-9A-F]{8}/up-since-.*";

	private static final String WITHOUT = "\\d+/up-since-.*";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final String user = "timeline_" + NUMBER.incrementAndGet();

	private final PostgreSqlSessions sessions = new PostgreSqlSessions();

	@BeforeEach
	void createUser() {
		this.database.jdbc().execute("create role " + this.user + " login");
	}

	@Test
	void theTimelineIsAPartOfIt() throws SQLException {
		try (Connection connection = connect()) {
			assertThat(this.sessions.of(connection).server()).matches(WITH_TIMELINE);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "revoke execute on function pg_walfile_name(pg_lsn) from public",
			"alter function pg_walfile_name(pg_lsn) rename to pg_unknown_name" })
	void aTimelineThatCanNotBeAskedForIsNoPartOfIt(String change) throws SQLException {
		this.database.jdbc().execute(change);
		try (Connection connection = connect()) {
			connection.setAutoCommit(false);
			assertThat(this.sessions.of(connection).server()).as("in a transaction that goes on").matches(WITHOUT);
			connection.setAutoCommit(true);
			assertThat(new PostgreSqlSessions().of(connection).server()).matches(WITHOUT);
		}
	}

	@Test
	void aRoleHidesWhenItsOwnSessionBegan() throws SQLException {
		this.database.jdbc().execute("create role owner_of_" + this.user + " role " + this.user);
		try (Connection connection = connect()) {
			DatabaseSession before = this.sessions.of(connection);
			connection.createStatement().execute("set role owner_of_" + this.user);
			DatabaseSession hidden = this.sessions.of(connection);
			assertThat(hidden.began()).isEmpty();
			assertThat(this.sessions.alive(connection, List.of(before), "none").all()).hasSize(1);
			assertThat(this.sessions.alive(connection, List.of(hidden), "none").all()).hasSize(1);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "0A000", "55000" })
	void aTimelineThatTheServerDoesNotTellIsLeftOut(String state) throws SQLException {
		answer("raise 'none' using errcode = '" + state + "'");
		try (Connection connection = connect()) {
			assertThat(this.sessions.of(connection).server()).matches(WITHOUT);
		}
	}

	/**
	 * Otherwise all replicas that ask later would take the sessions of this replica for
	 * those of another server.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "perform pg_sleep(60)", "raise 'none' using errcode = '53200'", "perform 1 / 0" })
	void aFailureIsNoAnswer(String fault) throws SQLException {
		answer(fault);
		try (Connection connection = connect()) {
			connection.createStatement().execute("set statement_timeout = 100");
			assertThatExceptionOfType(SQLException.class).isThrownBy(() -> this.sessions.of(connection));
			this.database.jdbc().execute("drop schema faults cascade");
			connection.createStatement().execute("set statement_timeout = 0");
			assertThat(this.sessions.of(connection).server()).matches(WITH_TIMELINE);
		}
	}

	/**
	 * Create a function that is found before that of the server.
	 */
	private void answer(String statement) {
		this.database.jdbc().execute("create schema faults");
		this.database.jdbc()
			.execute("create function faults.pg_walfile_name(pg_lsn) returns text language plpgsql as"
					+ " $$ begin %s; return null; end $$".formatted(statement));
		this.database.jdbc().execute("grant usage on schema faults to " + this.user);
		this.database.jdbc().execute("alter role " + this.user + " set search_path = faults, pg_catalog");
	}

	private Connection connect() throws SQLException {
		return DriverManager.getConnection(this.database.url(), this.user, null);
	}

}
