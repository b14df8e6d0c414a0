package dev.startgate.flyway;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FlywayVersionTests {

	@Test
	void versionOnTheClassPathIsSupported() {
		assertThatCode(UnsupportedFlywayException::check).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "11.14", "11.14.1", "12.4.0", "13" })
	void laterVersionsAreSupported(String version) {
		assertThatCode(() -> UnsupportedFlywayException.check(version)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "9.22.3", "11.0.0", "11.13.2" })
	void earlierVersionsAreNamed(String version) {
		assertThatExceptionOfType(UnsupportedFlywayException.class)
			.isThrownBy(() -> UnsupportedFlywayException.check(version))
			.withMessage("Startgate can't run Flyway %s, which is older than 11.14", version);
	}

}
