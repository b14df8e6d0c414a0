package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.gate.Lease;
import dev.startgate.gate.Lock;
import dev.startgate.gate.Time;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A lock in the database of the protected schema. The lease is ShedLock's; the generation
 * is counted up beside it.
 */
final class JdbcLock implements Lock {

	private final LockSettings settings;

	private final LeaseConnection connection;

	private final LockDatabase database;

	private final LockTables tables;

	private final TableCreation creation;

	private final Time time;

	private final ScheduledExecutorService scheduler;

	JdbcLock(LockSettings settings, LeaseConnection connection, LockDatabase database, LockTables tables,
			TableCreation creation, Time time, ScheduledExecutorService scheduler) {
		this.settings = settings;
		this.connection = connection;
		this.database = database;
		this.tables = tables;
		this.creation = creation;
		this.time = time;
		this.scheduler = scheduler;
	}

	@Override
	public String name() {
		return this.tables.lockName();
	}

	@Override
	public View look() {
		return call("look at the lock '" + name() + "'",
				(session) -> new LockView(this.tables, this.database, this.settings.lease(), this.time).read(session));
	}

	@Override
	public Optional<Lease> tryAcquire() {
		// a provider logs a broken connection as an error: find out first
		call("make sure of the tables", (session) -> {
			this.creation.ensure(session);
			return true;
		});
		Token token = Token.next(this.settings.replica());
		long asked = this.time.nanoTime();
		Optional<SimpleLock> acquired = acquire(token);
		if (acquired.isEmpty()) {
			return Optional.empty();
		}
		Optional<Long> generation = call("count up the generation of '" + name() + "'",
				(session) -> countUp(session, token));
		if (generation.isEmpty()) {
			return Optional.empty();
		}
		Holder holder = new Holder(this.settings.replica(), generation.get(), this.time.instant(), this.time.instant());
		return Optional.of(new JdbcLease(this, token, holder, acquired.get(), asked));
	}

	/**
	 * A new provider for each token, because ShedLock renews and releases by nothing but
	 * the value of {@code locked_by}, which belongs to the provider.
	 */
	Optional<SimpleLock> acquire(Token token) {
		JdbcTemplateLockProvider provider = new JdbcTemplateLockProvider(JdbcTemplateLockProvider.Configuration
			.builder()
			.withJdbcTemplate(new JdbcTemplate(this.connection))
			.withTableName(this.tables.lock())
			.withLockedByValue(token.toString())
			.usingDbTime()
			.build());
		return provider
			.lock(new LockConfiguration(this.time.instant(), name(), this.settings.lease(), Duration.ZERO));
	}

	/**
	 * Count up while the row of the lease is locked, so that an earlier holder always has
	 * a lower generation.
	 */
	private Optional<Long> countUp(Connection session, Token token) throws SQLException {
		session.setAutoCommit(false);
		try {
			if (!touch(session, token)) {
				session.rollback();
				return Optional.empty();
			}
			Records records = new Records(this.tables, this.database);
			long generation = records.generation(session) + 1;
			records.put(session, Records.FENCE, "", generation, token.toString(), null);
			session.commit();
			return Optional.of(generation);
		}
		catch (SQLException ex) {
			session.rollback();
			throw ex;
		}
		finally {
			session.setAutoCommit(true);
		}
	}

	private boolean touch(Connection session, Token token) throws SQLException {
		try (PreparedStatement statement = session.prepareStatement(
				"update " + this.tables.lock() + " set locked_by = locked_by where name = ? and locked_by = ?")) {
			statement.setString(1, name());
			statement.setString(2, token.toString());
			return statement.executeUpdate() == 1;
		}
	}

	/**
	 * After a {@code clean}: the tables anew, and in them the same token and generation.
	 */
	Optional<SimpleLock> acquireAgain(Token token, long generation) {
		return call("restore the lock '" + name() + "'", (session) -> {
			this.creation.ensure(session);
			if (touch(session, token)) {
				return Optional.empty();
			}
			Optional<SimpleLock> acquired = acquire(token);
			if (acquired.isEmpty()) {
				throw new SQLException("another replica has taken the lock meanwhile");
			}
			new Records(this.tables, this.database).put(session, Records.FENCE, "", generation, token.toString(), null);
			return acquired;
		});
	}

	<T> T call(String what, Call<T> call) {
		try {
			return call.on(this.connection.getConnection());
		}
		catch (SQLException ex) {
			this.connection.discard();
			throw Sql.translate(what, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new LockFailedException(what, ex);
		}
	}

	LockSettings settings() {
		return this.settings;
	}

	LeaseConnection connection() {
		return this.connection;
	}

	LockDatabase database() {
		return this.database;
	}

	LockTables tables() {
		return this.tables;
	}

	Time time() {
		return this.time;
	}

	ScheduledExecutorService scheduler() {
		return this.scheduler;
	}

	@Override
	public void close() {
		this.connection.close();
	}

	/**
	 * Something done on the connection of the lock.
	 *
	 * @param <T> the type of the result
	 */
	@FunctionalInterface
	interface Call<T> {

		T on(Connection session) throws SQLException, InterruptedException;

	}

}
