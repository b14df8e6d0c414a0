package dev.startgate.flyway.ddl;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

import org.jspecify.annotations.Nullable;

/**
 * Somebody who has, or is before us to get, what a statement waits for.
 *
 * @param who the session, with its number
 * @param user its user, {@code null} if that is hidden
 * @param doing what it is and does, {@code null} if that is hidden
 * @param since since when its transaction is open, {@code null} if that is hidden
 * @param endStatement what ends it by hand
 * @param certain whether it is seen to have that, and is not only likely to
 */
public record Blocker(String who, @Nullable String user, @Nullable String doing, @Nullable Instant since,
		String endStatement, boolean certain) {

	/**
	 * Return what to make sure of before it is ended by hand.
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
