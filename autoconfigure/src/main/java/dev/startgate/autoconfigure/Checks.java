package dev.startgate.autoconfigure;

import org.jspecify.annotations.Nullable;

/**
 * Checks that name the property and what it may be.
 */
final class Checks {

	private Checks() {
	}

	static void isTrue(boolean holds, String property, @Nullable Object value, String expected) {
		if (!holds) {
			throw new InvalidPropertyException(property, String.valueOf(value), expected);
		}
	}

}
