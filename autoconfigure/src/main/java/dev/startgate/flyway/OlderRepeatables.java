package dev.startgate.flyway;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.Lease;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
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

	private final BooleanSupplier schemaIsNewer;

	/** The descriptions of the migrations that are left. */
	private Set<String> left = Set.of();

	private Set<String> said = Set.of();

	/**
	 * Create a new object.
	 * @param owner what is put before the migrations, for people
	 * @param applied whether they are applied nevertheless
	 * @param own the build of this replica, {@code null} if its order is unknown
	 * @param item the item of the record of the build that has applied them last
	 * @param builds the records of builds
	 * @param schemaIsNewer whether the history of the schema, if that is another one, has
	 * versions that this replica does not bring
	 */
	OlderRepeatables(String owner, boolean applied, @Nullable BuildOrder own, String item, AppliedVersions builds,
			BooleanSupplier schemaIsNewer) {
		this.owner = owner;
		this.applied = applied;
		this.own = own;
		this.item = item;
		this.builds = builds;
		this.schemaIsNewer = schemaIsNewer;
	}

	/**
	 * Find the migrations to leave, and log which, unless the last log line named the
	 * same.
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
	 * Return the descriptions of the migrations that are left.
	 */
	Set<String> left() {
		return this.left;
	}

	/**
	 * Return whether a migration is one of those that are left as they are.
	 */
	boolean isLeft(MigrationInfo migration) {
		return migration.getVersion() == null && this.left.contains(migration.getDescription())
				&& (migration.getState() == MigrationState.OUTDATED || migration.getState() == MigrationState.PENDING);
	}

	/**
	 * Find the migrations to leave again, and return the other pending migrations.
	 */
	List<MigrationInfo> pending(Optional<MigrationInfoService> info) {
		find(info);
		return info.map(MigrationInfoService::pending)
			.map((pending) -> Arrays.stream(pending).filter((one) -> !isLeft(one)).toList())
			.orElse(List.of());
	}

	/**
	 * Record this build before repeatable migrations are applied. A replica that leaves
	 * some of them records nothing, because it is not the newest one.
	 */
	void begin(Lease lease, List<MigrationInfo> pending) {
		if (this.left.isEmpty() && pending.stream().anyMatch((migration) -> migration.getVersion() == null)) {
			record(lease);
		}
	}

	/**
	 * Say why this replica is older, empty if it is not. Builds count only if versions do
	 * not decide: a replica that lacks a version of the schema is older, and otherwise
	 * one that brings a pending version is not.
	 */
	private Optional<String> why(MigrationInfo[] all) {
		Optional<String> ahead = Precheck.newer(all)
			.map((version) -> "it does not bring V" + version)
			.or(() -> this.schemaIsNewer.getAsBoolean() ? Optional.of("it does not bring every version of the schema")
					: Optional.empty());
		boolean brings = Arrays.stream(all)
			.anyMatch((migration) -> migration.getVersion() != null && migration.getState() == MigrationState.PENDING);
		return (ahead.isPresent() || brings) ? ahead : older();
	}

	/**
	 * Compare the builds, where nothing else tells which replica is older.
	 */
	private Optional<String> older() {
		BuildOrder own = this.own;
		return (own == null) ? Optional.empty()
				: recorded().filter(own::isBefore)
					.map((newer) -> "its build is %s, and the one that has applied them is %s".formatted(own.describe(),
							newer.describe()));
	}

	private Optional<BuildOrder> recorded() {
		return this.builds.read().flatMap((all) -> BuildOrder.read(all.get(this.item)));
	}

	/**
	 * Record this build before it applies anything, so that an older build knows of it at
	 * any moment. A build without an order only replaces the record of another one.
	 */
	private void record(Lease lease) {
		if (this.own != null || recorded().isPresent()) {
			try {
				this.builds.apply(this.item, (this.own != null) ? this.own.write() : BuildOrder.NONE, lease,
						(connection) -> {
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

}
