package dev.startgate.flyway;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.flywaydb.core.internal.resolver.sql.SqlMigrationExecutor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Which scripts Startgate sees statement by statement.
 */
class RunningScriptTests {

	private final RunningScript script = new RunningScript(mock());

	private final Callback callback = mock();

	/**
	 * A callback may be called for only one of two migrations, the first or the second.
	 */
	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aCallbackDisturbsTheMigrationsThatItIsCalledFor(boolean first) {
		Context one = context();
		Context other = context();
		given(this.callback.supports(Event.AFTER_EACH_MIGRATE, first ? one : other)).willReturn(true);
		assertThat(this.script.isSeen(one)).isEqualTo(!first);
		assertThat(this.script.isSeen(other)).isEqualTo(first);
	}

	private Context context() {
		MigrationInfoImpl migration = mock();
		ResolvedMigration script = mock();
		given(migration.getType()).willReturn(CoreMigrationType.SQL);
		given(migration.getResolvedMigration()).willReturn(script);
		given(script.getExecutor()).willReturn(mock(SqlMigrationExecutor.class));
		Context context = mock();
		given(context.getMigrationInfo()).willReturn(migration);
		given(context.getConfiguration())
			.willReturn(Flyway.configure().locations("classpath:db/jpa").callbacks(this.callback));
		return context;
	}

}
