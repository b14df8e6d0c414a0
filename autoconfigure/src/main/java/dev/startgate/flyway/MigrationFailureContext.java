package dev.startgate.flyway;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Flyway's exception does not tell of a migration that has failed. It is suppressed
 * by that exception, so that it stands in its stack trace, too.
 */
public final class MigrationFailureContext extends RuntimeException {

	private final String label;

	private final boolean partlyApplied;

	MigrationFailureContext(String label, boolean partlyApplied) {
		super("The failure of a %smigration, of which %s".formatted(label,
				partlyApplied ? "a part may be applied" : "nothing has committed anything before its end"), null, false,
				false);
		this.label = label;
		this.partlyApplied = partlyApplied;
	}

	/**
	 * Return the context of a failure.
	 * @param failure the failure, which may have Flyway's exception anywhere within
	 * @return the context, if Startgate has run that migration
	 */
	public static Optional<MigrationFailureContext> of(Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.flatMap((cause) -> Stream.of(cause.getSuppressed()))
			.filter(MigrationFailureContext.class::isInstance)
			.map(MigrationFailureContext.class::cast)
			.findFirst();
	}

	/**
	 * Return what is put before the migrations of its history.
	 * @return a word with a space, or nothing
	 */
	public String getLabel() {
		return this.label;
	}

	/**
	 * Return whether a part of it may have been committed before it failed.
	 * @return whether a note says that it had begun
	 */
	public boolean isPartlyApplied() {
		return this.partlyApplied;
	}

}
