package dev.startgate.autoconfigure.diagnostics;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Analyzes a property of Startgate whose value makes no sense. It shows what was typed,
 * and where.
 */
class InvalidPropertyFailureAnalyzer extends StartgateAnalyzer<InvalidConfigurationPropertyValueException> {

	private final Environment environment;

	InvalidPropertyFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure,
			InvalidConfigurationPropertyValueException cause) {
		if (!cause.getName().startsWith("startgate.")) {
			return null;
		}
		return new FailureAnalysis(description(cause), "Set '%s' to %s.".formatted(cause.getName(), cause.getReason()),
				cause);
	}

	private String description(InvalidConfigurationPropertyValueException cause) {
		if (cause.getValue() == null) {
			return "'%s' has no value, and needs one.".formatted(cause.getName());
		}
		ConfigurationPropertyName name = ConfigurationPropertyName.of(cause.getName());
		return find(name).or(() -> findElement(name, cause.getValue()))
			.map((found) -> "The value '%s' of '%s' makes no sense. It comes from %s.".formatted(typed(cause),
					cause.getName(), found.getOrigin()))
			.orElseGet(() -> "The value '%s' of '%s' makes no sense.".formatted(cause.getValue(), cause.getName()));
	}

	/**
	 * Return the value as it was typed. A duration would otherwise be shown as in ISO
	 * 8601.
	 */
	private String typed(InvalidConfigurationPropertyValueException cause) {
		return (cause.getValue() instanceof String value) ? value
				: Binder.get(this.environment)
					.bind(cause.getName(), String.class)
					.orElseGet(() -> String.valueOf(cause.getValue()));
	}

	/**
	 * Find the element of a list that has the value. Elements may have been typed one by
	 * one.
	 */
	private Optional<ConfigurationProperty> findElement(ConfigurationPropertyName list, @Nullable Object value) {
		return IntStream.iterate(0, (n) -> n + 1)
			.mapToObj((n) -> find(list.append("[" + n + "]")))
			.takeWhile(Optional::isPresent)
			.flatMap(Optional::stream)
			.filter((element) -> element.getValue().equals(value))
			.findFirst();
	}

	private Optional<ConfigurationProperty> find(ConfigurationPropertyName name) {
		return StreamSupport.stream(ConfigurationPropertySources.get(this.environment).spliterator(), false)
			.map((source) -> source.getConfigurationProperty(name))
			.filter(Objects::nonNull)
			.findFirst();
	}

}
