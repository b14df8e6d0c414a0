package dev.startgate.metadata;

import org.jspecify.annotations.Nullable;

/**
 * A metadata source has no name or version that can be recorded, or was found too late.
 * It was not applied.
 */
public class UnusableMetadataSourceException extends RuntimeException {

	private final String action;

	UnusableMetadataSourceException(String source, String problem, @Nullable Throwable cause) {
		this(source, problem, "Let name() return a short name that no other source has, and version() a short version, "
				+ "such as a checksum, and start again.", cause);
	}

	private UnusableMetadataSourceException(String source, String problem, String action, @Nullable Throwable cause) {
		super("The metadata source '%s' can't be used: %s".formatted(source, problem), cause);
		this.action = action;
	}

	static UnusableMetadataSourceException late(String source) {
		return new UnusableMetadataSourceException(source,
				"it is to be applied before the migrations, which had run when it was found",
				"Let the @Bean method of the source declare MetadataSource, or its class, as its type. Let a Flyway bean "
						+ "run the migrations, because nothing is applied before those of a MigrationCoordinator. "
						+ "Have the source in the same context as that bean, not in a child. "
						+ "Or return AFTER_MIGRATIONS from phase().",
				null);
	}

	static UnusableMetadataSourceException failed(String source) {
		return new UnusableMetadataSourceException(source,
				"it is to be applied before the migrations. That has failed, and the application has gone on",
				"Let the application call migrate() of the first Flyway bean again, or not catch what it throws.",
				null);
	}

	/**
	 * Return what a person does about it.
	 * @return the text
	 */
	public String getAction() {
		return this.action;
	}

}
