package dev.startgate.flyway;

import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.WorkSessions;
import dev.startgate.flyway.ddl.PatientStatements;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * When the transaction of a migration is fenced. A user without the right to fence causes
 * no failure. The connection is a real one to PostgreSQL, the lease is a mock.
 */
class WatchedTransactionTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final String role = "app_" + System.nanoTime();

	private Connection connection;

	private GuardedConnection guarded;

	private Connection handle;

	private int fences;

	@BeforeEach
	void watch() throws Throwable {
		List.of("create table fence (n int)", "create table a (n int)", "create role " + this.role,
				"grant all on a to " + this.role)
			.forEach(this.database.jdbc()::execute);
		this.connection = this.database.dataSource().getConnection();
		WorkSessions sessions = mock();
		willAnswer((invocation) -> fence()).given(sessions).fence(this.connection);
		Lease lease = mock();
		given(lease.sessions()).willReturn(sessions);
		PatientStatements statements = mock();
		given(statements.execute(any(), any()))
			.willAnswer((invocation) -> invocation.<PatientStatements.Call>getArgument(1).run());
		this.guarded = new GuardedConnection(this.connection, lease, (spoilt) -> {
		});
		this.guarded.migrates(new WatchedTransaction(this.connection, lease, true, true, (failure) -> false, () -> {
		}, (repeatable) -> statements));
		this.handle = this.guarded.handle();
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.database.jdbc().execute("drop owned by " + this.role);
		this.database.jdbc().execute("drop role " + this.role);
	}

	private Object fence() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("select * from fence for share");
		}
		this.fences++;
		return null;
	}

	/**
	 * The number counts the fences that succeed. A fence for which the user has no right
	 * fails no statement.
	 */
	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					true  | 1 | begin; insert into a values (1); commit; insert into a values (2)
					true  | 0 | set role app; begin; insert into a values (1); commit; insert into a values (2)
					true  | 1 | set role app; begin; insert into a values (1); commit; insert into a values (2); reset role; insert into a values (3)
					true  | 1 | set role app; begin; insert into a values (1); commit; insert into a values (2); discard all; insert into a values (3)
					true  | 0 | begin; set role app; commit and chain; insert into a values (1); commit and no chain; insert into a values (2)
					true  | 0 | set role app; begin; commit; insert into a values (1); begin; set role app; insert into a values (2); commit
					false | 0 | set role app; insert into a values (1); commit; insert into a values (2); set role app; insert into a values (3)
					true  | 0 | set role app; begin; commit; /* 2 */ begin; insert into a values (1) /* role */; insert into a values (2); commit
					false | 0 | set role app; commit; set transaction read only; reset role; select 1; commit
					true  | 0 | set role app; begin; set transaction read only; select 1; commit
					false | 1 | set role app; commit; insert into a values (1); reset role; insert into a values (2); commit
					false | 2 | set role app; commit; insert into a values (1); reset role; insert into a values (2); commit; insert into a values (3)
					""")
	void aUserWithoutTheRightFailsNothing(boolean autoCommit, int expected, String statements) throws SQLException {
		this.connection.setAutoCommit(autoCommit);
		execute(statements);
		assertThat(this.fences).isEqualTo(expected);
	}

	/**
	 * Flyway records the migration in the same transaction.
	 */
	@Test
	void whatComesAfterTheMigrationIsFencedIfTheUserMayByNow() throws SQLException {
		this.connection.setAutoCommit(false);
		execute("set role app; commit; insert into a values (1); reset role");
		assertThat(this.fences).isZero();
		this.guarded.migrated(false);
		execute("insert into a values (2)");
		assertThat(this.fences).isOne();
	}

	/**
	 * Flyway resets the role to the one that it began with.
	 */
	@Test
	void whatFlywayRecordsIsFencedOnceItHasSetTheRoleBack() throws SQLException {
		this.connection.setAutoCommit(false);
		execute("set role app; commit; insert into a values (1)");
		this.guarded.migrated(false);
		execute("reset role");
		assertThat(this.fences).isZero();
		execute("insert into a values (2)");
		assertThat(this.fences).isOne();
	}

	/**
	 * Flyway may record the migration on another connection. Then its commit comes next.
	 */
	@Test
	void theCommitOfFlywayIsFencedIfTheUserMayByNow() throws SQLException {
		this.connection.setAutoCommit(false);
		execute("set role app; commit; insert into a values (1); reset role; insert into a values (2)");
		this.guarded.migrated(false);
		assertThat(this.fences).isZero();
		this.handle.commit();
		assertThat(this.fences).isOne();
	}

	/**
	 * The migration may have ended in a transaction that it began itself within Flyway's.
	 */
	@Test
	void whatComesAfterTheTransactionIsInNone() throws SQLException {
		this.connection.setAutoCommit(false);
		execute("set role app; commit; begin; insert into a values (1)");
		this.guarded.migrated(false);
		this.handle.commit();
		this.handle.setAutoCommit(true);
		execute("reset role");
		assertThat(this.fences).isZero();
	}

	@Test
	void noSavepointIsLeftOfIt() throws SQLException {
		this.connection.setAutoCommit(false);
		execute("set role app; commit; select pg_export_snapshot()");
		assertThat(this.fences).isZero();
	}

	/**
	 * A copy uses the connection of the driver itself, and may fail.
	 */
	@Test
	void whatIsDoneByTheDriverItselfIsFencedAndMayBeRolledBack() throws Exception {
		this.connection.setAutoCommit(false);
		this.handle.commit();
		assertThat(this.fences).isZero();
		this.handle.unwrap(PGConnection.class).getCopyAPI().copyIn("copy a from stdin", new StringReader("1\n"));
		assertThat(this.fences).isOne();
		this.handle.commit();
		PGConnection driver = this.connection.unwrap(PGConnection.class);
		assertThatThrownBy(() -> driver.getCopyAPI().copyIn("copy a from stdin", new StringReader("no number\n")))
			.isInstanceOf(SQLException.class);
		this.handle.rollback();
		assertThat(this.fences).isOne();
	}

	private void execute(String statements) throws SQLException {
		try (Statement statement = this.handle.createStatement()) {
			for (String sql : statements.replace("role app", "role " + this.role).split("; ")) {
				statement.execute(sql);
			}
		}
	}

}
