package dev.startgate.lock;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * The mark of a session in MySQL and MariaDB is a user-level lock, for which other
 * sessions can wait. That of a holder's lease is free once it has released the lease, or
 * has lost its session. One object serves one lock of one replica.
 */
final class MySqlReleaseChannel implements ReleaseChannel {

	/**
	 * MySQL knows no parts of a second. Shorter ones would only be more statements: the
	 * lock is there as soon as it is free.
	 */
	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final Duration WITH_ANSWER = SECOND.multipliedBy(2);

	private static final String WAIT = "select if(get_lock(?, " + SECOND.toSeconds() + ") = 1, release_lock(?), 0)";

	private @Nullable Mark awaited;

	private @Nullable Mark free;

	/**
	 * A mark that was free while the holder had its lease tells nothing of it: perhaps it
	 * is on another server.
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
	 * The mark that is lost has told it.
	 */
	@Override
	public void tell(Connection connection, String lock) {
	}

	private record Mark(String holder, String name) {

	}

}
