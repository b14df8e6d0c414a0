package dev.startgate;

import java.sql.Connection;
import java.util.List;

import org.flywaydb.core.api.MigrationInfo;

/**
 * A bean that is asked under the lock, before the first migration of each Flyway that has
 * any pending. All preconditions are asked; a single violation keeps every migration of
 * that Flyway from running and fails the start. Must not depend on a bean that itself
 * waits for the migrations.
 */
public interface Precondition {

	/**
	 * Return a name for people.
	 * @return the name
	 */
	String name();

	/**
	 * Look for violations.
	 * @param connection a connection to the database that is about to be migrated; what
	 * is changed with it is rolled back
	 * @param pending the migrations that are about to run, in order
	 * @return what is wrong, in words; these may contain values of rows, because they are
	 * in the log only; empty if nothing is wrong
	 * @throws Exception if the violations can't be found out; the start fails
	 */
	List<String> violations(Connection connection, List<MigrationInfo> pending) throws Exception;

}
