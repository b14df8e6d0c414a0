package dev.startgate.lock;

import java.time.LocalDateTime;
import java.util.List;

import dev.startgate.coordination.Lock;

/**
 * What one look at the rows of a lock has seen.
 *
 * @param view the holder, if there is one
 * @param token the token of the holder, empty if there is none
 * @param until until when it has the lease
 * @param sessions its sessions, as far as they are recorded
 * @param seen whether its sessions can be seen at all
 * @param generation the generation of the holder, without a holder the one counted last,
 * 0 if there are no such rows
 * @param counted whether the holder has counted that generation already
 */
record LockObservation(Lock.View view, String token, LocalDateTime until, List<DatabaseSession> sessions, boolean seen,
		long generation, boolean counted) {

	static final LockObservation NOTHING = nobody(0);

	static LockObservation nobody(long generation) {
		return new LockObservation(Lock.View.NOBODY, "", LocalDateTime.MIN, List.of(), false, generation, false);
	}

}
