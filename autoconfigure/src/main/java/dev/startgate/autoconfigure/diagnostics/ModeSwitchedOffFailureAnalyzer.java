package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.autoconfigure.ModeSwitchedOffException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes a mode that has no effect, because Startgate is switched off.
 */
class ModeSwitchedOffFailureAnalyzer extends StartgateAnalyzer<ModeSwitchedOffException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ModeSwitchedOffException cause) {
		return new FailureAnalysis(cause.getMessage() + ".",
				("To start on the schema as it is, set 'spring.flyway.enabled=false', too. To let this replica "
						+ "migrate as in plain Spring Boot, set 'startgate.mode=migrate'. To keep the mode '%s', "
						+ "leave out 'startgate.enabled'.")
					.formatted(cause.getMode()),
				cause);
	}

}
