package dev.startgate.lock;

import java.util.UUID;

/**
 * The token of one acquisition in the database: the replica's name, made unique. ShedLock
 * renews and releases the lease that carries this token.
 *
 * @param replica the name of the replica
 * @param unique what makes it unique
 */
record AcquisitionToken(String replica, String unique) {

	private static final int LONGEST_REPLICA = 200;

	private static final char SEPARATOR = '#';

	static AcquisitionToken next(String replica) {
		return new AcquisitionToken(replica, UUID.randomUUID().toString().substring(0, 13));
	}

	/**
	 * Return the name of the replica in a stored token.
	 */
	static String replicaOf(String stored) {
		int separator = stored.lastIndexOf(SEPARATOR);
		return (separator > 0) ? stored.substring(0, separator) : stored;
	}

	@Override
	public String toString() {
		String name = (this.replica.length() > LONGEST_REPLICA) ? this.replica.substring(0, LONGEST_REPLICA)
				: this.replica;
		return name + SEPARATOR + this.unique;
	}

}
