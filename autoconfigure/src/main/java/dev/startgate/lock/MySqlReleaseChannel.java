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

	/** MySQL knows no parts of a second. */
	private static final Duration SHORTEST = Duration.ofSeconds(1);

	private static final Duration WITH_ANSWER = SHORTEST.multipliedBy(2);

	private static final String WAIT = "select if(get_lock(?, ?) = 1, release_lock(?), 0)";

	private final boolean inParts;

	private @Nullable Mark awaited;

	private @Nullable Mark free;

	/**
	 * Create the channel.
	 * @param inParts whether the database can wait for parts of a second
	 */
	MySqlReleaseChannel(boolean inParts) {
		this.inParts = inParts;
	}

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
		Duration limit = this.inParts ? atMost : SHORTEST;
		try (PreparedStatement statement = connection.prepareStatement(WAIT)) {
			statement.setString(1, mark.name());
			statement.setDouble(2, limit.toMillis() / 1000.0);
			statement.setString(3, mark.name());
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
