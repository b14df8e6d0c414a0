package dev.startgate.flyway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.Context;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.ResourcePatternResolver;

/**
 * The precondition files. Each is asked just before the migration with its version.
 */
public final class PreconditionFiles {

	private static final Logger logger = LoggerFactory.getLogger(PreconditionFiles.class);

	private static final String FILE_SYSTEM = "filesystem:";

	private final List<String> locations;

	private final List<PreconditionFile> files = new ArrayList<>();

	private final Set<PreconditionFile> asked = ConcurrentHashMap.newKeySet();

	/**
	 * Read the files.
	 * @param property the property that names the locations
	 * @param locations where they are, written as Flyway's locations; a location that
	 * does not exist has no files
	 * @param resources finds them
	 * @throws MisnamedPreconditionException if a file does not tell its version
	 */
	public PreconditionFiles(String property, List<String> locations, ResourcePatternResolver resources) {
		this.locations = List.copyOf(locations);
		try {
			for (String location : locations) {
				for (Resource resource : resources.getResources(pattern(location))) {
					this.files.add(PreconditionFile.read(resource, property));
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The preconditions in " + locations + " can't be read", ex);
		}
	}

	private static String pattern(String location) {
		String root = location.startsWith(FILE_SYSTEM) ? "file:" + location.substring(FILE_SYSTEM.length())
				: "classpath*:" + location.substring(location.indexOf(':') + 1);
		return root.replaceAll("/+$", "") + "/**/*.sql";
	}

	/**
	 * Warn of files that belong to no migration of a history with pending work. Such a
	 * file may be meant for another Flyway.
	 * @param owner what the Flyway is called in failures, empty if there is only one
	 * @param all the entries of the history
	 */
	void warn(String owner, Stream<MigrationInfo> all) {
		List<MigrationInfo> known = this.files.isEmpty() ? List.of() : all.toList();
		this.files.stream()
			.filter((file) -> known.stream().noneMatch((migration) -> file.version().equals(migration.getVersion())))
			.forEach((file) -> logger.warn("Precondition '{}' ({}) is not asked: there is no migration V{}{}",
					file.name(), file.file(), file.version(), owner.isBlank() ? "" : " of " + owner.strip()));
	}

	/**
	 * Warn of files of another history that may be meant for this one. Their version is
	 * applied there, so that they are not asked, and is pending here.
	 * @param others the files of the other history
	 * @param pending what is pending here
	 */
	void warnOfMisplaced(PreconditionFiles others, List<MigrationInfo> pending) {
		for (MigrationInfo migration : pending) {
			if (this.files.stream().noneMatch((file) -> file.version().equals(migration.getVersion()))) {
				others.files.stream()
					.filter((file) -> file.version().equals(migration.getVersion()) && !others.asked.contains(file))
					.forEach((file) -> logger.warn(
							"Precondition {} is not asked: V{} of the schema is applied. "
									+ "If it is meant for the data migration V{} '{}', which is pending, move it to {}",
							file.describe(), file.version(), file.version(), migration.getDescription(),
							String.join(", ", this.locations)));
			}
		}
	}

	/**
	 * Ask the files of the migration that is about to run, in its transaction. If it goes
	 * on, they are not asked again, because its own changes may alter the answer. Before
	 * a baseline migration there is nothing yet to ask about.
	 * @param context the migration
	 * @param owner what is put before it, for people
	 * @param begun whether it goes on, so that they were asked before
	 * @throws MigrationPreconditionException at the first file that is violated
	 * @throws UnansweredPreconditionException at the first file that has no answer
	 */
	void check(Context context, String owner, boolean begun) {
		MigrationInfo migration = context.getMigrationInfo();
		for (PreconditionFile file : this.files) {
			if (file.version().equals(migration.getVersion())) {
				this.asked.add(file);
				if (!begun && !migration.getType().isBaseline()) {
					file.check(context.getConnection(), migration, owner);
				}
			}
		}
	}

}
