package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.time.Duration;

import dev.startgate.coordination.RetryPolicy;
import dev.startgate.gate.Gate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mockito.Mockito;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Which chunk is run again.
 */
class WatchedStepsTests {

	/**
	 * A chunk whose commit failed may have been committed. Another run would do its range
	 * twice.
	 */
	@ParameterizedTest
	@CsvSource({ "40P01, false, 1, true", "40001, true, 1, true", "40003, false, 1, true", "40003, true, 1, false",
			"08006, true, 1, false", "25S03, false, 1, false", "23505, false, 1, false", "40P01, false, 2, true",
			"40P01, false, 3, false" })
	void isRunAgain(String state, boolean inCommit, long attempt, boolean again) throws Exception {
		Connection connection = mock();
		DatabaseMetaData metaData = mock();
		given(connection.getMetaData()).willReturn(metaData);
		given(metaData.getDatabaseProductName()).willReturn("PostgreSQL");
		Means means = new Means(mock(Gate.class, Mockito.RETURNS_DEEP_STUBS), mock(), (duration) -> {
		}, new RetryPolicy(2, Duration.ofMillis(1), Duration.ofMillis(1)), false);
		WatchedSteps steps = new WatchedSteps(connection, mock(), means, "history V2", 1, (text) -> {
		});
		assertThat(steps.retry(new SQLException("no", state), inCommit, attempt)).isEqualTo(again);
	}

}
