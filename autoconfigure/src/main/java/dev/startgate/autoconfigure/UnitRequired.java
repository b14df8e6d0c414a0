package dev.startgate.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.bind.AbstractBindHandler;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Refuses a duration of Startgate that is a bare number. Spring Boot would take it for
 * milliseconds, but most people mean seconds. Either guess would silently be wrong by a
 * factor of a thousand for somebody.
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

		};
	}

	private static void check(ConfigurationPropertyName name, BindContext context) {
		String typed = context.getBinder().bind(name, Bindable.of(String.class)).orElseGet(() -> "");
		if (typed.matches("[+-]?[0-9]+") && !typed.matches("[+-]?0+")) {
			throw new InvalidConfigurationPropertyValueException(name.toString(), typed,
					"a number with its unit, such as '%1$ss' or '%1$sms'".formatted(typed));
		}
	}

}
