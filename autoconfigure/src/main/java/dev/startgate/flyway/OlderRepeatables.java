package dev.startgate.flyway;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.Lease;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repeatable migrations that a replica leaves as they are: those that were applied
 * with another content, to a schema with versions that this replica does not bring, or by
 * a newer build. A newer replica has applied them, and would break if its views and
 * functions were replaced.
 */
final class OlderRepeatables {

	private static final Logger logger = LoggerFactory.getLogger(OlderRepeatables.class);

	private final String owner;

	private final boolean applied;

	private final @Nullable BuildOrder own;

	private final String item;

	private final AppliedVersions builds;

	/** Their descriptions. */
	private Set<String> left = Set.of();

	private Set<String> said = Set.of();

	/**
	 * Create a new object.
	 * @param owner what is put before the migrations, for people
	 * @param applied whether they are applied nevertheless
	 * @param own the build of this replica, {@code null} if nothing tells its order
	 * @param item what the record of the build is about that has applied them last
	 * @param builds the records of builds
	 */
	OlderRepeatables(String owner, boolean applied, @Nullable BuildOrder own, String item, AppliedVersions builds) {
		this.owner = owner;
		this.applied = applied;
		this.own = own;
		this.item = item;
		this.builds = builds;
	}

	/**
	 * Find them, and say which, once.
	 */
	void find(Optional<MigrationInfoService> info) {
		Set<String> outdated = this.applied ? Set.of() : info.map((found) -> outdated(found.all())).orElse(Set.of());
		Optional<String> why = outdated.isEmpty() ? Optional.empty() : why(info.get().all());
		this.left = why.isPresent() ? outdated : Set.of();
		if (why.isPresent() && !outdated.equals(this.said)) {
			this.said = outdated;
			logger.info("Left as newer replicas have applied them: {}{}. This replica is older, as {}", this.owner,
					outdated.stream().map((name) -> "R '" + name + "'").toList(), why.get());
		}
	}

	/**
	 * Return their descriptions.
	 */
	Set<String> left() {
		return this.left;
	}

	/**
	 * Return whether nothing is done about a migration, because it is one of them.
	 */
	boolean isLeft(MigrationInfo migration) {
		return migration.getVersion() == null && this.left.contains(migration.getDescription())
				&& (migration.getState() == MigrationState.OUTDATED || migration.getState() == MigrationState.PENDING);
	}

	/**
	 * Find them again, and return the pending migrations without them.
	 */
	List<MigrationInfo> pending(Optional<MigrationInfoService> info) {
		find(info);
		return info.map(MigrationInfoService::pending)
			.map((pending) -> Arrays.stream(pending).filter((one) -> !isLeft(one)).toList())
			.orElse(List.of());
	}

	/**
	 * Migrations are about to be applied. A replica that leaves some of them is not the
	 * newest one.
	 */
	void begin(Lease lease, List<MigrationInfo> pending) {
		if (this.left.isEmpty() && pending.stream().anyMatch((migration) -> migration.getVersion() == null)) {
			record(lease);
		}
	}

	/**
	 * A replica that brings a version which is not applied yet is no older one, whenever
	 * it was built.
	 */
	private Optional<String> why(MigrationInfo[] all) {
		Optional<String> ahead = newest(all).map((version) -> "it does not bring V" + version);
		boolean brings = Arrays.stream(all)
			.anyMatch((migration) -> migration.getVersion() != null && migration.getState() == MigrationState.PENDING);
		return (ahead.isPresent() || brings) ? ahead : older();
	}

	/**
	 * Asked only where nothing else tells which one is older.
	 */
	private Optional<String> older() {
		BuildOrder own = this.own;
		return (own == null) ? Optional.empty()
				: this.builds.read()
					.flatMap((all) -> BuildOrder.read(all.get(this.item)))
					.filter(own::isBefore)
					.map((newer) -> "its build is %s, and the one that has applied them is %s".formatted(own.describe(),
							newer.describe()));
	}

	/**
	 * Record this build, before it applies anything: no moment is left in which an older
	 * one could not know.
	 */
	private void record(Lease lease) {
		if (this.own != null) {
			try {
				this.builds.apply(this.item, this.own.write(), lease, (connection) -> {
				});
			}
			catch (RuntimeException ex) {
				throw ex;
			}
			catch (Exception ex) {
				throw new IllegalStateException("The build of this replica could not be recorded", ex);
			}
		}
	}

	private static Set<String> outdated(MigrationInfo[] all) {
		return Arrays.stream(all)
			.filter((migration) -> migration.getState() == MigrationState.OUTDATED)
			.map(MigrationInfo::getDescription)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Versions that are missing here and not newer than all others do not count: a
	 * release may well bring its old migrations no more.
	 */
	private static Optional<MigrationVersion> newest(MigrationInfo[] all) {
		return Arrays.stream(all)
			.filter((migration) -> migration.getState() == MigrationState.FUTURE_SUCCESS
					|| migration.getState() == MigrationState.FUTURE_FAILED)
			.map(MigrationInfo::getVersion)
			.max(MigrationVersion::compareTo);
	}

}
