package dev.startgate.metadata;

import java.util.List;

import dev.startgate.MetadataSource;
import dev.startgate.gate.AppliedVersions;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Lease;

/**
 * Metadata that must be settled before the work that follows it under the same lease.
 */
final class SettledMetadataWork extends MetadataWork {

	private final List<MetadataSource> sources;

	private final Settling settling;

	SettledMetadataWork(List<MetadataSource> sources, AppliedVersions versions, VersionOrder order, Gate gate,
			Settling settling) {
		super(sources, versions, order, gate);
		this.sources = sources;
		this.settling = settling;
	}

	@Override
	public void perform(Lease lease) {
		super.perform(lease);
		this.settling.await(this.sources);
	}

}
