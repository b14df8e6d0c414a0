package dev.startgate.flyway;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.MigrationVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The repeatable migrations that a replica leaves as they are: those that were applied
 * with another content, to a schema with versions that this replica does not bring. A
 * newer one has applied them, and would break if its views and functions were replaced.
 */
final class OlderRepeatables {

	private static final Logger logger = LoggerFactory.getLogger(OlderRepeatables.class);

	private final String owner;

	private final boolean applied;

	private Set<String> said = Set.of();

	/**
	 * Create a new object.
	 * @param owner what is put before the migrations, for people
	 * @param applied whether they are applied nevertheless
	 */
	OlderRepeatables(String owner, boolean applied) {
		this.owner = owner;
		this.applied = applied;
	}

	/**
	 * Find them, and say which, once.
	 * @return their descriptions
	 */
	Set<String> find(MigrationInfo[] all) {
		Set<String> left = this.applied ? Set.of() : in(all);
		if (!left.isEmpty() && !left.equals(this.said)) {
			this.said = left;
			logger.info(
					"Left as newer replicas have applied them: {}{}. This replica is older, as it does not bring {}",
					this.owner, left.stream().map((name) -> "R '" + name + "'").toList(), newest(all));
		}
		return left;
	}

	static Set<String> in(MigrationInfo[] all) {
		return (newer(all).isEmpty()) ? Set.of()
				: Arrays.stream(all)
					.filter((migration) -> migration.getState() == MigrationState.OUTDATED)
					.map(MigrationInfo::getDescription)
					.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Return whether nothing is done about a migration, because it is one of them.
	 */
	static boolean isLeft(MigrationInfo migration, Set<String> left) {
		return migration.getVersion() == null && left.contains(migration.getDescription())
				&& (migration.getState() == MigrationState.OUTDATED || migration.getState() == MigrationState.PENDING);
	}

	/**
	 * Return the pending migrations without those that are left.
	 */
	static List<MigrationInfo> pending(Optional<MigrationInfoService> info, Set<String> left) {
		return info.map(MigrationInfoService::pending)
			.map((pending) -> Arrays.stream(pending).filter((one) -> !isLeft(one, left)).toList())
			.orElse(List.of());
	}

	private static String newest(MigrationInfo[] all) {
		return newer(all).stream().max(MigrationVersion::compareTo).map((version) -> "V" + version).orElse("");
	}

	/**
	 * Versions that are missing here and not newer than all others do not count: a
	 * release may well bring its old migrations no more.
	 */
	private static List<MigrationVersion> newer(MigrationInfo[] all) {
		return Arrays.stream(all)
			.filter((migration) -> migration.getState() == MigrationState.FUTURE_SUCCESS
					|| migration.getState() == MigrationState.FUTURE_FAILED)
			.map(MigrationInfo::getVersion)
			.toList();
	}

}
