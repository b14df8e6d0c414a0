package dev.startgate.gate;

/**
 * Opens the lock of a schema, and what is recorded beside it, as a port.
 */
public interface LockSource {

	/**
	 * Open the lock, which creates its tables if they are not there yet.
	 * @param target what is to be locked
	 * @return the lock, to be closed
	 * @throws DatabaseUnreachableException if the database can't be reached at the moment
	 */
	Lock open(LockTarget target);

	/**
	 * Return which versions of metadata are recorded as applied.
	 * @param target where they are recorded
	 * @return the record
	 */
	AppliedVersions appliedVersions(LockTarget target);

}
