package dev.startgate.metadata;

import org.jspecify.annotations.Nullable;

/**
 * A metadata source has no name or version that can be recorded. It was not applied.
 */
public class UnusableMetadataSourceException extends RuntimeException {

	UnusableMetadataSourceException(String source, String problem, @Nullable Throwable cause) {
		super("The metadata source '%s' can't be used: %s".formatted(source, problem), cause);
	}

}
