package dev.startgate.chaos;

import java.util.concurrent.CountDownLatch;

import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;

/**
 * A migration that lasts until all others wait and the measurement is done.
 */
final class V1__Migrate_until_told extends BaseJavaMigration {

	private static volatile CountDownLatch told = new CountDownLatch(1);

	static void prepare() {
		told = new CountDownLatch(1);
	}

	static void tell() {
		told.countDown();
	}

	@Override
	public void migrate(Context context) throws Exception {
		told.await();
	}

}
