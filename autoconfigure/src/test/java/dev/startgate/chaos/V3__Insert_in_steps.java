package dev.startgate.chaos;

import java.sql.Statement;

import dev.startgate.Rerunnable;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * A migration of several statements in one transaction. In the pauses between them the
 * process can be frozen while its session is idle in the transaction. The migration is
 * rolled back as a whole, also on MariaDB.
 */
@Rerunnable
final class V3__Insert_in_steps extends BaseJavaMigration {

	private static final int STEPS = 3;

	@Override
	public void migrate(Context context) throws Exception {
		String audit = context.getConfiguration().getPlaceholders().get("audit");
		try (Statement statement = context.getConnection().createStatement()) {
			for (int i = 1; i <= STEPS; i++) {
				statement.execute("insert /*migration V3*/ into parcel values (" + (1000 + i) + ", 1)");
				statement.execute("insert /*migration V3*/ into " + audit
						+ ".step (version, what) values ('3', 'insert " + i + "')");
				Thread.sleep(250);
			}
			statement.execute("insert /*migration V3*/ into " + audit + ".step (version, what) values ('3', 'done')");
		}
	}

}
