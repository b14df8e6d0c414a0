package dev.startgate.takeover.apart;

import java.sql.Connection;
import java.sql.Statement;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * Commits on a connection that it opened by itself, and then fails.
 */
public class V1__Commit_elsewhere extends BaseJavaMigration {

	@Override
	public void migrate(Context context) throws Exception {
		try (Statement statement = context.getConnection().createStatement()) {
			statement.execute("create table to_be_rolled_back (id bigint)");
		}
		try (Connection own = context.getConfiguration().getDataSource().getConnection();
				Statement statement = own.createStatement()) {
			own.setAutoCommit(false);
			statement.execute("create table committed (id bigint)");
			own.commit();
			own.setAutoCommit(true);
		}
		throw new IllegalStateException("after a commit elsewhere");
	}

}
