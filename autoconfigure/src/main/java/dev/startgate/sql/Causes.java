package dev.startgate.sql;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The causes of a failure, the failure itself being the first.
 */
public final class Causes {

	private Causes() {
	}

	/**
	 * Return a failure and its causes.
	 * @param failure the failure, {@code null} for none
	 * @return the failure, its cause, the cause of that, and so on
	 */
	public static Stream<Throwable> of(@Nullable Throwable failure) {
		return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).map(Objects::requireNonNull);
	}

	/**
	 * Find the first cause of a type.
	 * @param <T> the type
	 * @param failure the failure, {@code null} for none
	 * @param type the type
	 * @return the failure or the nearest of its causes that is of the type
	 */
	public static <T> Optional<T> first(@Nullable Throwable failure, Class<T> type) {
		return of(failure).filter(type::isInstance).map(type::cast).findFirst();
	}

	/**
	 * Find the answer of the database, which pools and frameworks wrap.
	 * @param failure the failure, {@code null} for none
	 * @return the deepest of the causes that a driver or a pool has thrown
	 */
	public static Optional<SQLException> deepestAnswer(@Nullable Throwable failure) {
		return of(failure).filter(SQLException.class::isInstance)
			.map(SQLException.class::cast)
			.reduce((outer, inner) -> inner);
	}

}
