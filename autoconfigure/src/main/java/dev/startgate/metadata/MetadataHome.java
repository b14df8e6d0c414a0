package dev.startgate.metadata;

import java.util.List;
import java.util.Optional;
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

	private @Nullable LockTarget target;

	/**
	 * Create a new object.
	 * @param locks gives access to what is recorded
	 * @param gate shows the steps
	 * @param settling waits before the migrations
	 * @param available the sources that can be created before the migrations
	 */
	public MetadataHome(LockSource locks, Gate gate, Settling settling, Supplier<List<MetadataSource>> available) {
		this.locks = locks;
		this.gate = gate;
		this.settling = settling;
		this.available = available;
	}

	@Override
	public synchronized Work of(LockTarget migrated) {
		if (this.target != null) {
			return NoWork.INSTANCE;
		}
		this.target = migrated;
		List<MetadataSource> early = this.available.get()
			.stream()
			.filter((source) -> source.phase() == Phase.BEFORE_MIGRATIONS)
			.toList();
		return early.isEmpty() ? NoWork.INSTANCE
				: new SettledMetadataWork(early, this.locks.appliedVersions(migrated), this.gate, this.settling);
	}

	/**
	 * Return where metadata is recorded.
	 * @return the target, or empty if nothing was migrated
	 */
	public synchronized Optional<LockTarget> target() {
		return Optional.ofNullable(this.target);
	}

}
