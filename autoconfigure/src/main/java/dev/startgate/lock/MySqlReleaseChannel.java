package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The mark of a session in MySQL and MariaDB is a user-level lock, for which other
 * sessions can wait. The mark of a holder's lease is free once the holder has released
 * the lease, or lost its session. One object serves one lock of one replica.
 */
final class MySqlReleaseChannel implements ReleaseChannel {

	/**
	 * MySQL waits in whole seconds. Shorter waits would only mean more statements,
	 * because a wait ends as soon as the lock is free.
	 */
	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration WITH_ANSWER = SECOND.multipliedBy(2);

	private static final String WAIT = "select if(get_lock(?, " + SECOND.toSeconds() + ") = 1, release_lock(?), 0)";

	private @Nullable Mark awaited;

	private @Nullable Mark free;

	/**
	 * Ignore a mark that was free while its holder had the lease: the holder may be on
	 * another server.
	 */
	@Override
	public boolean listen(Connection connection, LockObservation seen, String lock) throws SQLException {
		if (!ConnectionSettings.mayTake(connection, WITH_ANSWER)) {
			return false;
		}
		long owner = MySqlSessions.call(connection, "select is_used_lock(?)", lock);
		this.awaited = seen.sessions()
			.stream()
			.filter((session) -> session.id() == owner)
			.map((session) -> new Mark(seen.token(), MySqlSessions.markOf(session)))
			.filter((mark) -> !mark.equals(this.free))
			.findFirst()
			.orElse(null);
		return this.awaited != null;
	}

	@Override
	public void unlisten(Connection connection) {
		this.awaited = null;
	}

	@Override
	public boolean await(Connection connection, String lock, Duration atMost) throws SQLException {
		Mark mark = this.awaited;
		if (mark == null) {
			return false;
		}
		try (PreparedStatement statement = connection.prepareStatement(WAIT)) {
			statement.setString(1, mark.name());
			statement.setString(2, mark.name());
			try (ResultSet result = statement.executeQuery()) {
				boolean free = result.next() && result.getInt(1) == 1;
				this.free = free ? mark : this.free;
				return free;
			}
		}
	}

	/**
	 * Do nothing, because the free mark itself shows the release.
	 */
	@Override
	public void tell(Connection connection, String lock) {
	}

	private record Mark(String holder, String name) {

	}

}
