package dev.startgate.flyway.ddl;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.startgate.coordination.LockFactory.Use;
import dev.startgate.coordination.WorkSessions;
import dev.startgate.flyway.resume.Token;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.test.util.ReflectionTestUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * For whom a statement waits, in cases where the order of looks and answers matters.
 * Sessions and locks are simulated.
 */
class PatientStatementsTests {

	private static final Blocker BLOCKER = new Blocker("session 42", null, null, null, "end 42", true);

	private final StartExecutors threads = new StartExecutors();

	private final Locks locks = new Locks();

	private @Nullable Connection connection;

	@BeforeEach
	void connect() throws SQLException {
		JdbcDataSource source = new JdbcDataSource();
		source.setUrl("jdbc:h2:mem:");
		this.connection = source.getConnection();
	}

	@AfterEach
	void close() throws SQLException {
		this.connection.close();
		this.threads.close();
	}

	/** The look that was planned for the end of an attempt comes just before it. */
	@Test
	void whoWasThereIsNamedAlsoIfTheLastLookComesTooLate() {
		CountDownLatch gone = new CountDownLatch(1);
		this.locks.answers.addAll(List.of(List.of(BLOCKER), List.of()));
		PatientStatements statements = statements(Duration.ofMillis(1), (shown) -> {
			if (shown == null) {
				gone.countDown();
			}
		});
		assertThatExceptionOfType(LockWaitGivenUpException.class).isThrownBy(() -> statements.execute("alter", () -> {
			gone.await();
			throw new SQLException("lock timeout", "55P03");
		})).satisfies((ex) -> assertThat(ex.getBlockers()).containsExactly(BLOCKER));
	}

	/**
	 * A pooler gives each transaction another session. On a slow machine the watch also
	 * looks during the first statement.
	 */
	@Test
	void theSessionIsThatOfTheStatement() throws Throwable {
		PatientStatements statements = statements(Duration.ofHours(1), (shown) -> {
		});
		statements.execute("alter", () -> null);
		statements.execute("alter", () -> {
			await().until(() -> this.locks.sessions.contains(2L));
			return null;
		});
	}

	private PatientStatements statements(Duration giveUpAfter, Consumer<@Nullable String> shown) {
		Gate gate = new Gate("me", Time.system());
		StrongLockDatabases databases = new StrongLockDatabases();
		Supplier<StrongLocks> known = () -> this.locks;
		ReflectionTestUtils.setField(databases, "known", known);
		LockWaits waits = new LockWaits(new DdlPatience(Duration.ofMillis(20), giveUpAfter), gate, Time.system());
		return new PatientStatements("V1", this.connection,
				LockReport.ofRehearsal(new Sessions(), new PatientStatements.Means(waits, databases, (pause) -> {
				}, this.threads), gate, Time.system()), shown, () -> false);
	}

	/** Locks of sessions whose number rises with each question. */
	private static final class Locks implements StrongLocks {

		private final Deque<List<Blocker>> answers = new ArrayDeque<>();

		private final List<Long> sessions = new CopyOnWriteArrayList<>();

		private long number;

		@Override
		public List<Token> scan(String sql) {
			return List.of();
		}

		@Override
		public boolean areTakenBy(String sql, List<Token> tokens) {
			return true;
		}

		@Override
		public long session(Connection of) {
			return ++this.number;
		}

		@Override
		public LockAttempt attempt(Connection of, Duration most) {
			return new LockAttempt() {

				@Override
				public void succeeded() {
				}

				@Override
				public void stepBack() {
				}

			};
		}

		@Override
		public boolean areKept(Connection asking, long session) {
			return false;
		}

		@Override
		public List<TableLock> held(Connection asking, long session) {
			return List.of();
		}

		@Override
		public @Nullable List<Blocker> blockers(Connection asking, long session, List<Token> tokens) {
			this.sessions.add(session);
			List<Blocker> answer = this.answers.poll();
			return (answer == null || answer.isEmpty()) ? null : answer;
		}

	}

	/** Sessions behind a pooler. */
	private final class Sessions implements WorkSessions {

		@Override
		public boolean isExclusive() {
			return false;
		}

		@Override
		public boolean arePredecessorsGone(long since) {
			return true;
		}

		@Override
		public void guard(Connection one) {
		}

		@Override
		public void unguard(Connection one) {
		}

		@Override
		public @Nullable Long number(Connection one) {
			return null;
		}

		@Override
		public void fence(Connection one) {
		}

		@Override
		public void ask(Use use) {
			try {
				use.on(PatientStatementsTests.this.connection);
			}
			catch (SQLException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void onBlocked(@Nullable Consumer<@Nullable String> listener) {
		}

	}

}
