package dev.startgate.flyway;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

import dev.startgate.flyway.FlywayInternals.FileName;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.pattern.ValidatePattern;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * The application's migrations, without repeatable ones that are left as they are.
 */
final class WithoutRepeatables implements ResourceProvider {

	private static final ValidatePattern NO_FILE = ValidatePattern.fromPattern("repeatable:missing");

	private final ClassicConfiguration configuration;

	private final Function<String, Optional<FileName>> names;

	private final ResourceProvider all;

	private final Set<String> left;

	private WithoutRepeatables(ClassicConfiguration configuration, ResourceProvider all, Set<String> left) {
		this.configuration = configuration;
		this.names = FlywayInternals.fileNames(configuration);
		this.all = all;
		this.left = left;
	}

	/**
	 * Take these migrations out of a copy of the application's configuration.
	 * @param copy the copy
	 * @param left the descriptions of the migrations that are left as they are
	 */
	static void restrict(ClassicConfiguration copy, Set<String> left) {
		ResourceProvider provider = CallbackScripts.migrations(copy);
		WithoutRepeatables rest = new WithoutRepeatables(copy, provider, left);
		ClassProvider<JavaMigration> classes = (copy.getJavaMigrationClassProvider() != null)
				? copy.getJavaMigrationClassProvider() : FlywayInternals.classes(copy, Stream.of(copy.getLocations()));
		copy.setJavaMigrationClassProvider(() -> classes.getClasses().stream().filter(rest::isKept).toList());
		copy.setResourceProvider(rest);
		copy.setJavaMigrations(Stream.of(copy.getJavaMigrations())
			.filter((migration) -> migration.getVersion() != null || !left.contains(migration.getDescription()))
			.toArray(JavaMigration[]::new));
		copy.setIgnoreMigrationPatterns(Stream.concat(Stream.of(copy.getIgnoreMigrationPatterns()), Stream.of(NO_FILE))
			.toArray(ValidatePattern[]::new));
	}

	@Override
	public @Nullable LoadableResource getResource(String name) {
		return this.all.getResource(name);
	}

	@Override
	public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
		return this.all.getResources(prefix, suffixes).stream().filter((file) -> isKept(file.getFilename())).toList();
	}

	private boolean isKept(Class<?> type) {
		return isKept(type.getSimpleName() + this.configuration.getSqlMigrationSuffixes()[0]);
	}

	private boolean isKept(String file) {
		Optional<FileName> name = this.names.apply(file);
		return name.isEmpty() || name.get().version() != null || !this.left.contains(name.get().description());
	}

}
