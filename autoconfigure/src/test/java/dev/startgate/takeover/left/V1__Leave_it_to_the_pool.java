package dev.startgate.takeover.left;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Neither commits nor rolls back.
 */
public class V1__Leave_it_to_the_pool extends BaseJavaMigration {

	@Override
	public void migrate(Context context) {
		JdbcTemplate own = new JdbcTemplate(context.getConfiguration().getDataSource());
		own.execute("create table left_to_the_pool (id bigint)");
	}

}
