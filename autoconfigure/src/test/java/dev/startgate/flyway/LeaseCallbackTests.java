package dev.startgate.flyway;

import java.util.List;
import java.util.Optional;

import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.flyway.LockedMigration.UnderLease;
import dev.startgate.flyway.ddl.PatientStatements;
import dev.startgate.gate.Gate;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.Answers;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;

/**
 * What Startgate does around each migration and each statement.
 */
class LeaseCallbackTests {

	/**
	 * This holds before the database has ended the session, and on databases that can't
	 * end it.
	 */
	@ParameterizedTest
	@EnumSource(names = { "BEFORE_EACH_MIGRATE_STATEMENT", "AFTER_EACH_MIGRATE", "AFTER_EACH_MIGRATE_ERROR" })
	void nothingGoesOnWithoutTheLease(Event event) {
		Lease lease = mock(Answers.RETURNS_DEEP_STUBS);
		Context context = mock();
		given(context.getConfiguration()).willReturn(Flyway.configure());
		LeaseCallback callback = new LeaseCallback(FlywayName.ofBean("flyway", false), lease,
				new Means(mock(Gate.class, Mockito.RETURNS_DEEP_STUBS), mock(), mock(), mock(), false), 1, mock(),
				mock(), mock(PatientStatements.Means.class, Mockito.RETURNS_DEEP_STUBS));
		callback.handle(event, context);
		willThrow(new LeaseLostException("history", "it is over", false)).given(lease).ensureHeld();
		int before = callback.applied().size();
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> callback.handle(event, context));
		assertThat(callback.applied()).as("is neither committed nor recorded").hasSize(before);
	}

	@Test
	void aHolderThatHasLostTheLeaseCleansNothing() {
		Lease lease = mock();
		willThrow(new LeaseLostException("history", "it is over", false)).given(lease).ensureHeld();
		OlderRepeatables older = new OlderRepeatables("", false, null, "", mock(), () -> false);
		UnderLease given = new UnderLease(lease, List.of(), older, Optional::empty);
		Flyway bean = mock();
		LockedMigration migration = new LockedMigration(FlywayName.ofBean("flyway", false), mock(), given, mock(),
				mock(), mock(), mock());
		assertThatExceptionOfType(LeaseLostException.class).isThrownBy(() -> migration.clean(bean, Optional.empty()));
		then(bean).shouldHaveNoInteractions();
	}

}
