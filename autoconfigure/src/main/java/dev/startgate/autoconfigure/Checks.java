package dev.startgate.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Checks that name the property and what it may be.
 */
final class Checks {

	private Checks() {
	}

	static void isTrue(boolean holds, String property, @Nullable Object value, String expected) {
		if (!holds) {
			throw new InvalidConfigurationPropertyValueException(property, value, expected);
		}
	}

}
