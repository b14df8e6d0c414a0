package dev.startgate.lock;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the holder of a lease which other sessions block its own: a migration that hangs
 * says nothing by itself. The database is asked as often as the lease is renewed, and
 * only while there is a listener.
 */
final class BlockedSessions {

	private static final Logger logger = LoggerFactory.getLogger(BlockedSessions.class);

	private final @Nullable Sessions database;

	private final HeldRows rows;

	private volatile @Nullable Consumer<@Nullable String> listener;

	private @Nullable String last;

	BlockedSessions(@Nullable Sessions database, HeldRows rows) {
		this.database = database;
		this.rows = rows;
	}

	void listener(@Nullable Consumer<@Nullable String> listener) {
		this.listener = listener;
	}

	/**
	 * Look once more.
	 * @param own the sessions that work under the lease
	 */
	synchronized void look(Collection<DatabaseSession> own) {
		Consumer<@Nullable String> told = this.listener;
		Sessions sessions = this.database;
		if (told == null || sessions == null || own.isEmpty()) {
			this.last = null;
			return;
		}
		try {
			this.rows.ask((connection) -> {
				String found = describe(sessions.blocking(connection, own));
				if (!Objects.equals(found, this.last)) {
					this.last = found;
					told.accept(found);
				}
			});
		}
		catch (RuntimeException ex) {
			logger.debug("Could not see which sessions keep this one from going on", ex);
		}
	}

	private static @Nullable String describe(List<String> blocking) {
		return switch (blocking.size()) {
			case 0 -> null;
			case 1 -> blocking.get(0);
			default -> blocking.size() + " sessions, one of them " + blocking.get(0);
		};
	}

}
