package dev.startgate.gate;

import dev.startgate.GateSnapshot.Holder;

/**
 * Hears how the lease of this replica fares, on the thread that renews it. Never throws.
 */
public interface LeaseListener {

	/**
	 * The lease was renewed.
	 * @param holder this replica, with the time of the renewal
	 */
	void renewed(Holder holder);

	/**
	 * An attempt to renew the lease has failed. Another attempt follows.
	 */
	void renewalFailed();

	/**
	 * This replica got the lease from another one that had not released it.
	 */
	void tookOver();

	/**
	 * The lease is lost.
	 */
	void lost();

}
