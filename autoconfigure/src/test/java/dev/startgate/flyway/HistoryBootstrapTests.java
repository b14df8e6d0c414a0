package dev.startgate.flyway;

import java.util.List;

import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.internal.scanner.Scanner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Startgate creates the history without the lock. So this must not apply a migration,
 * wherever an application keeps its migrations.
 */
class HistoryBootstrapTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void appliesNothing(boolean skipDefaultCallbacks) {
		FluentConfiguration application = Flyway.configure()
			.dataSource(this.database.dataSource())
			.locations("classpath:db/jpa")
			.skipDefaultCallbacks(skipDefaultCallbacks);
		application.resourceProvider(new Scanner<>(JavaMigration.class, application, application.getLocations()))
			.javaMigrationClassProvider(() -> List.of(V9__Of_a_provider.class));
		new HistoryBootstrap(application, false, () -> {
		}).run();
		assertThat(this.database.history()).isEmpty();
		application.load().migrate();
		assertThat(this.database.history()).as("the application has some").containsExactly("1", "9");
	}

	public static final class V9__Of_a_provider extends BaseJavaMigration {

		@Override
		public void migrate(Context context) {
		}

	}

}
