package dev.startgate.autoconfigure;

import java.util.Locale;

import org.springframework.core.env.Environment;

/**
 * The value of an enum property where nothing is bound.
 */
final class Relaxed {

	private Relaxed() {
	}

	/**
	 * Return the value of a property as its letters in lower case.
	 */
	static String value(Environment environment, String property) {
		return environment.getProperty(property, "").replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
	}

}
