package dev.startgate.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import dev.startgate.gate.MessageSanitizer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/**
 * Describes a failure in the words that Spring Boot would print after a failed start.
 */
final class FailureDescription implements Function<Throwable, String> {

	private static final Logger logger = LoggerFactory.getLogger(FailureDescription.class);

	private final BeanFactory beanFactory;

	private final Environment environment;

	FailureDescription(BeanFactory beanFactory, Environment environment) {
		this.beanFactory = beanFactory;
		this.environment = environment;
	}

	@Override
	public String apply(Throwable failure) {
		List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class,
					ArgumentResolver.of(BeanFactory.class, this.beanFactory).and(Environment.class, this.environment),
					FailureHandler.handleMessage((message, ex) -> logger.debug("{}", message.get(), ex)));
		return MessageSanitizer.hideCredentials(analyzers.stream()
			.map((analyzer) -> analyze(analyzer, failure))
			.filter(Objects::nonNull)
			.map(FailureDescription::describe)
			.findFirst()
			.orElseGet(() -> (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getName()));
	}

	/**
	 * Ignore an analyzer that fails, as Spring Boot does.
	 */
	private static @Nullable FailureAnalysis analyze(FailureAnalyzer analyzer, Throwable failure) {
		try {
			return analyzer.analyze(failure);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.debug("'{}' has failed", analyzer, ex);
			return null;
		}
	}

	private static String describe(FailureAnalysis analysis) {
		return (analysis.getAction() != null) ? "%s%n%n%s".formatted(analysis.getDescription(), analysis.getAction())
				: analysis.getDescription();
	}

}
