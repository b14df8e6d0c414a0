package dev.startgate.autoconfigure.diagnostics;

import java.util.stream.Collectors;

import dev.startgate.metadata.SettleTimeoutException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes conditions that did not settle in time.
 */
class SettleTimeoutFailureAnalyzer extends StartgateAnalyzer<SettleTimeoutException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SettleTimeoutException cause) {
		String answers = cause.getUnsettled()
			.stream()
			.map((condition) -> "    '%s', asked since %s, answered last: %s".formatted(condition.name(),
					condition.since(), condition.answer()))
			.collect(Collectors.joining("%n".formatted()));
		return new FailureAnalysis(
				"This did not settle in time, so that the gate stayed closed:%n%n%s".formatted(answers),
				"Look at what the last answers say, and start again once what was asked is ready. If it only needs "
						+ "longer, set 'startgate.metadata.timeout' to more. To start now, without migrations and "
						+ "metadata, set 'startgate.enabled' and 'spring.flyway.enabled' to 'false'.",
				cause);
	}

}
