package dev.startgate.metadata;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import dev.startgate.MetadataSource;
import dev.startgate.MetadataSource.Phase;
import dev.startgate.coordination.BeforeMigrations;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.Work;
import dev.startgate.gate.Gate;
import org.jspecify.annotations.Nullable;

/**
 * Where metadata is recorded: beside the schema that is migrated first. All replicas
 * create their beans in the same order, so that it is the same schema everywhere.
 */
public final class MetadataLocation implements BeforeMigrations {

	private final LockFactory locks;

	private final Gate gate;

	private final SettleWait settling;

	private final Supplier<List<MetadataSource>> available;

	private final MetadataVersionPolicy order;

	/** Each is known when it is about to be migrated. Work may exist before that. */
	private final List<BooleanSupplier> histories = new CopyOnWriteArrayList<>();

	private final @Nullable MetadataLocation parent;

	private @Nullable ProtectedSchema target;

	private @Nullable MetadataWork early;

	/**
	 * Create a new object.
	 * @param locks give access to the records
	 * @param gate shows the steps
	 * @param settling waits before the migrations
	 * @param applyOlder whether older metadata is applied over newer
	 * @param available the sources that can be created before the migrations
	 * @param parent the location of a parent context, {@code null} if there is none with
	 * the same database
	 */
	public MetadataLocation(LockFactory locks, Gate gate, SettleWait settling, boolean applyOlder,
			Supplier<List<MetadataSource>> available, @Nullable MetadataLocation parent) {
		this.locks = locks;
		this.gate = gate;
		this.settling = settling;
		this.available = available;
		this.order = new MetadataVersionPolicy(applyOlder, this::isAnyHistoryNewer);
		this.parent = parent;
	}

	@Override
	public synchronized Work of(ProtectedSchema migrated, BooleanSupplier schemaIsNewer) {
		ask(schemaIsNewer);
		if (this.target == null) {
			this.target = migrated;
			List<MetadataSource> all = this.available.get();
			MetadataWork.check(all);
			List<MetadataSource> before = all.stream()
				.filter((source) -> source.phase() == Phase.BEFORE_MIGRATIONS)
				.toList();
			this.early = before.isEmpty() ? null : new MetadataWork(before, this.locks.appliedVersions(migrated),
					this.order, this.gate, this.settling);
		}
		return (this.early != null && this.target.isSame(migrated)) ? this.early : Work.NOTHING;
	}

	@Override
	public void ask(BooleanSupplier historyIsNewer) {
		this.histories.add(historyIsNewer);
	}

	/**
	 * Return the sources that belong before the migrations and were not applied then. If
	 * nothing migrates, they are applied when all beans exist.
	 * @param sources all sources, in order
	 * @param migrated whether anything has migrated in this context
	 * @return those sources, in order
	 * @throws UnusableMetadataSourceException if the migrations have run without one of
	 * them, or if the application has gone on after a failure
	 */
	public synchronized List<MetadataSource> missed(List<MetadataSource> sources, boolean migrated) {
		if (this.early != null && !this.early.isDone()) {
			throw UnusableMetadataSourceException.failed(this.early.sources().get(0).name());
		}
		Set<String> applied = (this.early == null) ? Set.of()
				: this.early.sources().stream().map(MetadataSource::name).collect(Collectors.toSet());
		List<MetadataSource> missed = sources.stream()
			.filter((source) -> source.phase() == Phase.BEFORE_MIGRATIONS && !applied.contains(source.name()))
			.toList();
		if ((migrated || target().isPresent()) && !missed.isEmpty()) {
			throw UnusableMetadataSourceException.late(missed.get(0).name());
		}
		return missed;
	}

	/**
	 * Return the work of sources that are applied when the schema is complete.
	 * @param sources the sources, in order
	 * @param recorded where they are recorded
	 * @return the work
	 */
	public synchronized Work after(List<MetadataSource> sources, ProtectedSchema recorded) {
		return new MetadataWork(sources, this.locks.appliedVersions(recorded), this.order, this.gate, null);
	}

	/**
	 * Ask the histories of this context and of its parents. One that is newer is enough.
	 */
	private boolean isAnyHistoryNewer() {
		return this.histories.stream().anyMatch(BooleanSupplier::getAsBoolean)
				|| (this.parent != null && this.parent.isAnyHistoryNewer());
	}

	/**
	 * Return where metadata is recorded: the target of the parent if nothing was migrated
	 * here.
	 * @return the target, or empty if nothing was migrated
	 */
	public synchronized Optional<ProtectedSchema> target() {
		return Optional.ofNullable(this.target)
			.or(() -> (this.parent != null) ? this.parent.target() : Optional.empty());
	}

}
