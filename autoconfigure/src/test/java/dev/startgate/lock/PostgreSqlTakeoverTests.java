package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.testing.PostgresDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Takeover on PostgreSQL.
 */
@Tag("long")
class PostgreSqlTakeoverTests extends TakeoverContract {

	private static final AtomicInteger NUMBER = new AtomicInteger();

	@Override
	String url() {
		return PostgresDatabase.create().url();
	}

	@Override
	String user() {
		return "postgres";
	}

	@Override
	Sessions sessions() {
		return new PostgreSqlSessions();
	}

	@Override
	String lock(long key) {
		return "pg_advisory_lock(" + key + ")";
	}

	@Override
	String activity() {
		return "pg_stat_activity where pid <> pg_backend_pid() and state = 'active' and query";
	}

	@Test
	void aTransactionThatHasPassedTheFenceIsWaitedForWhoseverItIs() throws SQLException {
		try (Lock one = open("one", vanishing(), false); Lock other = open("other", threads(), false)) {
			Lease stale = acquire(one);
			Connection unknown = connect();
			unknown.setAutoCommit(false);
			stale.sessions().fence(unknown);
			vanishing().close();
			runOut();
			try (Lease lease = other.tryAcquire().orElseThrow()) {
				Awaitility.await()
					.until(() -> lease.clear().toString().contains("the transaction of an earlier holder"));
				unknown.commit();
				Awaitility.await().until(() -> lease.clear().isEmpty());
			}
			assertThat(jdbc().queryForObject("select count(*) from pg_locks where locktype = 'advisory' and database ="
					+ " (select oid from pg_database where datname = current_database())", Long.class))
				.as("released as often as it was taken")
				.isZero();
		}
	}

	/**
	 * On Windows the server refuses each value but 0 like this.
	 */
	@Test
	void aServerThatCannotSeeWhetherAClientIsGoneTellsSessionsApart() throws SQLException {
		AtomicInteger refused = new AtomicInteger();
		DataSource windows = intercepted((number, method, arguments) -> {
			if (arguments.length > 0 && String.valueOf(arguments[0]).contains("'500'")) {
				refused.incrementAndGet();
				arguments[0] = String.valueOf(arguments[0]).replace("'500'", "'-1'");
			}
		});
		try (Lock lock = open("one", threads(), false, windows);
				Lease lease = acquire(lock);
				Connection work = windows.getConnection()) {
			lease.sessions().guard(work);
			assertThat(lease.sessions().number(work)).isNotNull();
			lease.sessions().unguard(work);
			assertThat(refused).as("asked once").hasValue(1);
		}
	}

	@Test
	void aSessionOfAnotherUserIsWaitedForAndItIsSaidWhatToType() throws SQLException {
		jdbc().execute("create role somebody_" + NUMBER.incrementAndGet() + " login");
		String user = "somebody_" + NUMBER.get();
		jdbc().execute("grant all on schema public to " + user);
		try (Lock one = open("one", vanishing(), false)) {
			Lease stale = acquire(one);
			jdbc().execute("grant all on all tables in schema public to " + user);
			vanishing().close();
			runOut();
			try (Lock other = open("other", threads(), true, user); Lease lease = other.tryAcquire().orElseThrow()) {
				assertThat(lease.clear()).singleElement()
					.satisfies((left) -> assertThat(left.answer()).contains(
							"the user '" + user + "' can't see what it does", "is not allowed to end it: ERROR: ",
							"to end it by hand: select pg_terminate_backend("));
			}
			stale.close();
		}
	}

}
