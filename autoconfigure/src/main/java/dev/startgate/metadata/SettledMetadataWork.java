package dev.startgate.metadata;

import java.util.List;

import dev.startgate.MetadataSource;
import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.TransientFailure;
import dev.startgate.gate.Gate;
import org.jspecify.annotations.Nullable;

/**
 * Metadata that must be settled before the work that follows it under the same lease.
 */
final class SettledMetadataWork extends MetadataWork {

	private final List<MetadataSource> sources;

	private final SettleWait settling;

	SettledMetadataWork(List<MetadataSource> sources, AppliedVersions versions, MetadataVersionPolicy order, Gate gate,
			SettleWait settling) {
		super(sources, versions, order, gate);
		this.sources = sources;
		this.settling = settling;
	}

	@Override
	public @Nullable TransientFailure perform(Lease lease) {
		TransientFailure failure = super.perform(lease);
		if (failure == null) {
			this.settling.await(this.sources);
		}
		return failure;
	}

}
