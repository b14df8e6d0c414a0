package dev.startgate.takeover.own;

import java.sql.Connection;
import java.sql.Statement;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * Commits on a connection that it opened by itself, and closes it as it is.
 */
public class V1__Commit_on_its_own extends BaseJavaMigration {

	@Override
	public void migrate(Context context) throws Exception {
		try (Connection own = context.getConfiguration().getDataSource().getConnection();
				Statement statement = own.createStatement()) {
			own.setAutoCommit(false);
			statement.execute("create table committed (id bigint)");
			own.commit();
		}
	}

}
