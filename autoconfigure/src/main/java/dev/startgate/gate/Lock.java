package dev.startgate.gate;

import java.util.Optional;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import org.jspecify.annotations.Nullable;

/**
 * The lock around the work on one schema, as a port. One object is used by one thread at
 * a time. Each method throws {@link DatabaseUnreachableException} if the database can't
 * be reached at the moment.
 */
public interface Lock extends AutoCloseable {

	/**
	 * Return the name that all replicas use for this lock.
	 * @return the name
	 */
	String name();

	/**
	 * Look who has the lock, in one short statement that holds nothing.
	 * @return what was seen
	 */
	View look();

	/**
	 * Try to get the lock, without waiting.
	 * @return the lease, or empty if somebody else has it
	 */
	Optional<Lease> tryAcquire();

	/**
	 * Give back what the lock needed for itself. Never throws.
	 */
	@Override
	void close();

	/**
	 * What a replica sees of the lock.
	 *
	 * @param holder who has it, {@code null} if it is free
	 * @param progress how far the holder is, if it told
	 */
	record View(@Nullable Holder holder, @Nullable Progress progress) {
	}

}
