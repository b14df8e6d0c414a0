package dev.startgate.flyway.ddl;

import java.util.Set;

/**
 * A strong lock that a session has on a table which others may use.
 *
 * @param table the table, as it stands in a statement
 * @param mode what kind of lock it is, in the words of the database
 * @param strength a greater number keeps others from more
 * @param waiting the sessions that wait for a lock on the table right now
 */
record TableLock(String table, String mode, int strength, Set<Long> waiting) {
}
