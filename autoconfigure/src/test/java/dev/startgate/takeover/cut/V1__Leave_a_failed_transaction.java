package dev.startgate.takeover.cut;

import java.sql.Connection;
import java.sql.Statement;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Ignores what has failed on a connection that it opened by itself.
 */
public class V1__Leave_a_failed_transaction extends BaseJavaMigration {

	@Override
	public void migrate(Context context) throws Exception {
		try (Connection own = context.getConfiguration().getDataSource().getConnection()) {
			own.setAutoCommit(false);
			try (Statement statement = own.createStatement()) {
				assertThatException().isThrownBy(() -> statement.execute("select 1 / 0"));
			}
		}
	}

}
