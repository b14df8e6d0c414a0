package dev.startgate.autoconfigure;

import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Refuses values of Startgate that Spring Boot would silently take for something else. A
 * duration that is a bare number would be one in milliseconds, but most people mean
 * seconds. A choice that is empty, such as that of an unset variable, would be the
 * default, so that a replica that is to wait would migrate.
 */
final class UnitRequired implements ConfigurationPropertiesBindHandlerAdvisor {

	private static final ConfigurationPropertyName STARTGATE = ConfigurationPropertyName.of("startgate");

	@Override
	public BindHandler apply(BindHandler handler) {
		return new AbstractBindHandler(handler) {

			@Override
			public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
					Object result) {
				if (result instanceof Duration && STARTGATE.isAncestorOf(name)) {
					check(name, context);
				}
				return super.onSuccess(name, target, context, result);
			}

			@Override
			public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
					@Nullable Object result) throws Exception {
				Class<?> type = target.getType().resolve();
				if (result == null && type != null && type.isEnum() && STARTGATE.isAncestorOf(name)) {
					checkNotEmpty(name, type, context);
				}
				super.onFinish(name, target, context, result);
			}

		};
	}

	private static void checkNotEmpty(ConfigurationPropertyName name, Class<?> type, BindContext context) {
		for (ConfigurationPropertySource source : context.getSources()) {
			if (source.getConfigurationProperty(name) != null) {
				throw new InvalidConfigurationPropertyValueException(name.toString(), "",
						"one of " + Stream.of(type.getEnumConstants())
							.map((value) -> StartgateProperties.word((Enum<?>) value))
							.collect(Collectors.joining(", ")));
			}
		}
	}

	private static void check(ConfigurationPropertyName name, BindContext context) {
		String typed = context.getBinder().bind(name, Bindable.of(String.class)).orElseGet(() -> "");
		if (typed.matches("[+-]?[0-9]+") && !typed.matches("[+-]?0+")) {
			throw new InvalidConfigurationPropertyValueException(name.toString(), typed,
					"a number with its unit, such as '%1$ss' or '%1$sms'".formatted(typed));
		}
	}

}
