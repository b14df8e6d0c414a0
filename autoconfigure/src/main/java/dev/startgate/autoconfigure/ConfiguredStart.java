package dev.startgate.autoconfigure;

import java.util.Locale;

import dev.startgate.actuate.StartSettings;

/**
 * The settings that are shown, as one would write them.
 */
final class ConfiguredStart {

	private ConfiguredStart() {
	}

	static StartSettings of(StartgateProperties properties) {
		return new StartSettings(word(properties.mode()), word(properties.timing()));
	}

	static String word(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
