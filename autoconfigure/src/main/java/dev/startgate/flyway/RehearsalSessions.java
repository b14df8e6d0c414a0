package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Consumer;

import dev.startgate.coordination.LockFactory.Use;
import dev.startgate.coordination.WorkSessions;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a rehearsal, which works under no lease.
 */
final class RehearsalSessions implements WorkSessions {

	private final Connection asking;

	RehearsalSessions(Connection asking) {
		this.asking = asking;
	}

	@Override
	public boolean isExclusive() {
		return true;
	}

	@Override
	public boolean arePredecessorsGone(long since) {
		return false;
	}

	@Override
	public void guard(Connection connection) {
	}

	@Override
	public void unguard(Connection connection) {
	}

	@Override
	public @Nullable Long number(Connection connection) {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			return row.next() ? row.getLong(1) : null;
		}
		catch (SQLException ex) {
			throw FlywayInternals.databaseFailure("Unable to rehearse", ex);
		}
	}

	@Override
	public void fence(Connection connection) {
	}

	@Override
	public synchronized void ask(Use use) {
		try {
			use.on(this.asking);
		}
		catch (SQLException ex) {
			throw FlywayInternals.databaseFailure("Unable to look at a rehearsal", ex);
		}
	}

	@Override
	public void onBlocked(@Nullable Consumer<@Nullable String> listener) {
	}

}
