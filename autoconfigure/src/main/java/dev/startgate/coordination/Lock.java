package dev.startgate.coordination;

import java.time.Duration;
import java.util.List;
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
	 * Look who has the lock, in short statements that hold nothing. If the database shows
	 * that the holder has vanished, nobody has the lock any more.
	 * @return what was seen
	 */
	View look();

	/**
	 * Return whether {@link #awaitRelease} is notified of a release by the holder seen
	 * last.
	 * @return whether it is
	 */
	boolean isListening();

	/**
	 * Wait until the holder seen last has released the lock. Another thread may call
	 * this. Other calls of this object wait meanwhile.
	 * @param atMost how long to wait; the wait may take up to a second longer
	 * @return whether another look is worthwhile, also because the connection has failed
	 */
	boolean awaitRelease(Duration atMost);

	/**
	 * Try to get the lock, without waiting.
	 * @return the lease, under which work may begin once it is {@link Lease#clear()}, or
	 * empty if somebody else has it
	 */
	Optional<Lease> tryAcquire();

	/**
	 * Read what holders wrote down.
	 * @param kind what kind of notes
	 * @return the notes
	 */
	List<HolderNote> read(HolderNote.Kind kind);

	/**
	 * Lend the connection of this lock, in a transaction that is rolled back.
	 * @param use what is done with it; may take as long as it takes
	 */
	void lend(LockFactory.Use use);

	/**
	 * Give back the resources of the lock. Never throws.
	 */
	@Override
	void close();

	/**
	 * What a replica sees of the lock.
	 *
	 * @param holder who has it, {@code null} if it is free
	 * @param progress how far the holder is, if it has reported that
	 * @param suspect whether the holder seems to have vanished, so that a second look is
	 * needed to tell
	 */
	record View(@Nullable Holder holder, @Nullable Progress progress, boolean suspect) {

		public static final View NOBODY = new View(null, null, false);

	}

}
