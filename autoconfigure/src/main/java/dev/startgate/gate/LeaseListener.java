package dev.startgate.gate;

import dev.startgate.GateSnapshot.Holder;

/**
 * Told how the lease of this replica fares, on the thread that renews it. Never throws.
 */
public interface LeaseListener {

	/**
	 * The lease was renewed.
	 * @param holder this replica, with the time of the renewal
	 */
	void renewed(Holder holder);

	/**
	 * An attempt to renew it has failed, and is made again.
	 */
	void renewalFailed();

	/**
	 * The lease was got from another replica that had not released it.
	 */
	void tookOver();

	/**
	 * The lease is lost.
	 */
	void lost();

}
