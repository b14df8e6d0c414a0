package dev.startgate.flyway.ddl;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

/**
 * A session or prepared transaction that has the lock a statement waits for, or is ahead
 * of it in the queue.
 *
 * @param who the session, with its number
 * @param user its user, {@code null} if that is hidden
 * @param doing its application and state, {@code null} if that is hidden
 * @param since when its transaction began, {@code null} if that is hidden
 * @param endStatement the statement that ends it by hand
 * @param certain {@code false} if it is only likely to be the one
 */
public record Blocker(String who, @Nullable String user, @Nullable String doing, @Nullable Instant since,
		String endStatement, boolean certain) {

	/**
	 * Return what a person checks before ending it by hand.
	 * @return a sentence, empty if there is nothing
	 */
	public String caution() {
		if (!this.certain) {
			return "Look first at what it does ('show full processlist'): it may have nothing to do with that table.";
		}
		return this.endStatement.startsWith("rollback prepared")
				? "Roll it back only if its transaction manager has not decided to commit it." : "";
	}

	/**
	 * Say who it is.
	 * @return for example "session 12 of user 'app' (psql, idle in transaction), whose
	 * transaction is open since 2026-11-27T10:00:00Z"
	 */
	public String describe() {
		return (this.certain ? "" : "perhaps ") + this.who + ((this.user != null) ? " of user '" + this.user + "'" : "")
				+ ((this.doing != null) ? " (" + this.doing + ")" : "") + ((this.since != null)
						? ", whose transaction is open since " + this.since.truncatedTo(ChronoUnit.SECONDS) : "");
	}

}
