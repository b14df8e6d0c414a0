package dev.startgate.gate;

import java.time.Duration;
import java.time.Instant;

/**
 * A lock with which a migration has kept others from a table.
 *
 * @param at when it was released
 * @param migration the migration
 * @param mode what kind of lock it was, in the words of the database
 * @param table the table
 * @param held how long it was held
 * @param waited how many sessions were seen to wait meanwhile
 */
public record HeldLock(Instant at, String migration, String mode, String table, Duration held, int waited) {

	/**
	 * Say what it was.
	 * @return for example "V7 add note held ACCESS EXCLUSIVE on "orders" for 3.2 s; 14
	 * sessions waited for it"
	 */
	public String describe() {
		return "%s held %s on %s for %s".formatted(this.migration, this.mode, this.table,
				HumanReadable.duration(this.held))
				+ ((this.waited > 0) ? "; " + HumanReadable.count(this.waited, "session", "sessions") + " waited for it"
						: "");
	}

}
