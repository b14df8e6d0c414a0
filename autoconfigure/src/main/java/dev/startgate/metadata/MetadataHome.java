package dev.startgate.metadata;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import dev.startgate.MetadataSource;
import dev.startgate.MetadataSource.Phase;
import dev.startgate.gate.BeforeMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.LockSource;
import dev.startgate.gate.LockTarget;
import dev.startgate.gate.NoWork;
import dev.startgate.gate.Work;
import org.jspecify.annotations.Nullable;

/**
 * Where metadata is recorded: beside the schema that is migrated first. All replicas
 * create their beans in one order, so that this is the same schema everywhere.
 */
public final class MetadataHome implements BeforeMigrations {

	private final LockSource locks;

	private final Gate gate;

	private final Settling settling;

	private final Supplier<List<MetadataSource>> available;

	private final boolean applyOlder;

	private @Nullable LockTarget target;

	private VersionOrder order;

	/**
	 * Create a new object.
	 * @param locks gives access to what is recorded
	 * @param gate shows the steps
	 * @param settling waits before the migrations
	 * @param applyOlder whether older metadata is applied over newer
	 * @param available the sources that can be created before the migrations
	 */
	public MetadataHome(LockSource locks, Gate gate, Settling settling, boolean applyOlder,
			Supplier<List<MetadataSource>> available) {
		this.locks = locks;
		this.gate = gate;
		this.settling = settling;
		this.available = available;
		this.applyOlder = applyOlder;
		this.order = new VersionOrder(applyOlder, () -> false);
	}

	@Override
	public synchronized Work of(LockTarget migrated, BooleanSupplier schemaIsNewer) {
		if (this.target != null) {
			return NoWork.INSTANCE;
		}
		this.target = migrated;
		this.order = new VersionOrder(this.applyOlder, schemaIsNewer);
		List<MetadataSource> all = this.available.get();
		MetadataWork.check(all);
		List<MetadataSource> early = all.stream()
			.filter((source) -> source.phase() == Phase.BEFORE_MIGRATIONS)
			.toList();
		return early.isEmpty() ? NoWork.INSTANCE : new SettledMetadataWork(early, this.locks.appliedVersions(migrated),
				this.order, this.gate, this.settling);
	}

	/**
	 * Return the work of sources that are applied when the schema is complete.
	 * @param sources the sources, in order
	 * @param recorded where they are recorded
	 * @return the work
	 */
	public synchronized MetadataWork after(List<MetadataSource> sources, LockTarget recorded) {
		return new MetadataWork(sources, this.locks.appliedVersions(recorded), this.order, this.gate);
	}

	/**
	 * Return where metadata is recorded.
	 * @return the target, or empty if nothing was migrated
	 */
	public synchronized Optional<LockTarget> target() {
		return Optional.ofNullable(this.target);
	}

}
