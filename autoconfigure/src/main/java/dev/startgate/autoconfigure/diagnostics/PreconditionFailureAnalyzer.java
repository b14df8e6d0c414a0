package dev.startgate.autoconfigure.diagnostics;

import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.flyway.PreconditionViolatedException;
import dev.startgate.gate.MessageSanitizer;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes violated preconditions.
 */
class PreconditionFailureAnalyzer extends StartgateAnalyzer<PreconditionViolatedException> {

	private static final int MOST = 10;

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PreconditionViolatedException cause) {
		String violations = cause.getViolations()
			.entrySet()
			.stream()
			.map((entry) -> describe(entry.getKey(), entry.getValue()))
			.collect(Collectors.joining("%n".formatted()));
		return new FailureAnalysis(
				"The migrations were not started, because preconditions are violated%s:%n%n%s"
					.formatted(cause.getOwner().isEmpty() ? "" : " for " + cause.getOwner(), violations),
				"Resolve what is listed, and start again.", cause);
	}

	private static String describe(String name, List<String> violations) {
		String first = violations.stream()
			.limit(MOST)
			.map((violation) -> MessageSanitizer.row("", violation))
			.collect(Collectors.joining("%n".formatted()));
		return "    '%s', %d in all, of which the first are%n%s".formatted(name, violations.size(), first);
	}

}
