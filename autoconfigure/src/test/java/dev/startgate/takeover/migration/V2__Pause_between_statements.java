package dev.startgate.takeover.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * Waits for a file between two statements of one transaction. A number that is taken from
 * a sequence stays taken when the transaction is rolled back.
 */
public class V2__Pause_between_statements extends BaseJavaMigration {

	@Override
	public void migrate(Context context) throws Exception {
		try (Statement statement = context.getConnection().createStatement()) {
			statement.execute("select nextval('run')");
			statement.execute("create table first_half (id bigint)");
			System.out.println("between two statements");
			String file = context.getConfiguration().getPlaceholders().get("wait");
			while (!file.equals("1") && Files.notExists(Path.of(file))) {
				Thread.sleep(20);
			}
			statement.execute("create table second_half (id bigint)");
		}
	}

}
