package dev.startgate.takeover.left;

import java.sql.Connection;
import java.sql.Statement;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * Neither commits its last statement, nor rolls it back.
 */
public class V1__Leave_it_to_the_pool extends BaseJavaMigration {

	@Override
	public void migrate(Context context) throws Exception {
		try (Connection own = context.getConfiguration().getDataSource().getConnection();
				Statement statement = own.createStatement()) {
			statement.execute("create table left_to_the_pool (id bigint)");
			own.commit();
			statement.execute("insert into left_to_the_pool values (1)");
		}
	}

}
