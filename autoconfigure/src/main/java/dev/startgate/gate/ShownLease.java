package dev.startgate.gate;

import dev.startgate.GateSnapshot.Holder;

/**
 * Lets the gate show how the lease fares.
 */
public final class ShownLease implements LeaseListener {

	private final Gate gate;

	public ShownLease(Gate gate) {
		this.gate = gate;
	}

	@Override
	public void renewed(Holder holder) {
		this.gate.journal().count(StartCounter.LEASE_RENEWED);
		this.gate.update((now) -> (now.holder() == null || now.holder().generation() != holder.generation()) ? now
				: SnapshotChanges.show(now, holder, now.progress()));
	}

	@Override
	public void renewalFailed() {
		this.gate.journal().count(StartCounter.RENEWAL_FAILED);
	}

	@Override
	public void tookOver() {
		this.gate.journal().count(StartCounter.TAKEN_OVER);
	}

	@Override
	public void lost() {
		this.gate.journal().count(StartCounter.LEASE_LOST);
	}

}
