package dev.startgate.flyway;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.flyway.FlywayInternals.FileName;
import dev.startgate.flyway.FlywayLog.Quiet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Finds Flyways whose migrations are not run, or not by Startgate, once all beans have
 * been created.
 */
public final class UnattendedFlyways {

	private static final String OWN = "startgate";

	private final FlywayCoordinator coordinator;

	private final ConfigurableListableBeanFactory beans;

	/**
	 * Create a new object.
	 * @param coordinator knows which Flyways were asked to migrate
	 * @param beans the beans of the application
	 */
	public UnattendedFlyways(FlywayCoordinator coordinator, ConfigurableListableBeanFactory beans) {
		this.coordinator = coordinator;
		this.beans = beans;
	}

	/**
	 * Return whether there is neither a Flyway bean nor anything that may migrate with
	 * other Flyways.
	 * @param coordinator the name of the bean on which such code depends
	 * @return whether nobody migrates
	 */
	public boolean isNone(String coordinator) {
		return !this.coordinator.hasMigratedObjects()
				&& Stream.of(this.beans.getDependentBeans(coordinator)).allMatch((name) -> name.startsWith(OWN))
				&& BeanFactoryUtils.beanNamesForTypeIncludingAncestors(this.beans, Flyway.class, true,
						false).length == 0;
	}

	/**
	 * Return whether there are migrations where a Flyway bean would look for them.
	 * @param locations the locations
	 * @param prefix what the names of their files begin with
	 * @param classLoader finds those on the class path
	 * @return whether there are any
	 */
	public static boolean wouldFind(List<String> locations, String prefix, ClassLoader classLoader) {
		try {
			return areFor(new FluentConfiguration(classLoader).sqlMigrationPrefix(prefix)
				.locations(locations.toArray(String[]::new)));
		}
		catch (FlywayException ex) {
			return false;
		}
	}

	/** Return whether a Flyway has any migration. What it can't read does not count. */
	private static boolean areFor(Configuration configuration) {
		if (configuration.getJavaMigrations().length > 0 || configuration.getResolvers().length > 0) {
			return true;
		}
		try {
			return FlywayLog.with(configuration, Quiet.EVERYTHING, () -> isAny(configuration));
		}
		catch (FlywayException ex) {
			return false;
		}
	}

	private static boolean isAny(Configuration configuration) {
		ResourceProvider found = CallbackScripts.existingMigrations(configuration);
		Function<String, Optional<FileName>> names = FlywayInternals.fileNames(configuration);
		return found.getResources("", configuration.getSqlMigrationSuffixes())
			.stream()
			.anyMatch((file) -> CallbackScripts.event(file, configuration).isEmpty()
					&& names.apply(file.getFilename()).isPresent())
				|| (found instanceof ClassProvider<?> classes && !classes.getClasses().isEmpty());
	}

	/**
	 * Find the first Flyway bean whose migrations are not run.
	 * @return the Flyway, empty if all migrate
	 */
	public Optional<Unattended> find() {
		return Stream.of(this.beans.getBeanNamesForType(Flyway.class, true, false))
			.filter(this.beans::containsSingleton)
			.map((name) -> find(name, this.beans.getSingleton(name)))
			.flatMap(Optional::stream)
			.findFirst();
	}

	private Optional<Unattended> find(String name, @Nullable Object bean) {
		if (!(bean instanceof Flyway flyway) || flyway.getConfiguration() == null) {
			return Optional.empty();
		}
		Configuration configuration = flyway.getConfiguration();
		return CoordinatedSubclass.find(flyway)
			.map((coordinated) -> problem(coordinated, configuration))
			.orElseGet(() -> problem(configuration))
			.map((found) -> new Unattended(found, name,
					Stream.of(configuration.getLocations()).map(Object::toString).collect(Collectors.joining(", "))));
	}

	private Optional<Problem> problem(CoordinatedFlyway flyway, Configuration configuration) {
		return Optional.ofNullable(this.coordinator.isWithoutMigrations(flyway) ? Problem.EMPTY
				: this.coordinator.hasBeenAsked(configuration) ? null : flyway.hasRunBefore() ? Problem.RUN_BY_ITSELF
						: areFor(configuration) ? Problem.NOT_RUN : null);
	}

	private Optional<Problem> problem(Configuration configuration) {
		return Optional.ofNullable((!this.coordinator.hasBeenAsked(configuration) && areFor(configuration))
				? Problem.NOT_COORDINATED : null);
	}

	/**
	 * A Flyway bean whose migrations are not run, or not by Startgate.
	 *
	 * @param problem why
	 * @param bean the name of the bean
	 * @param locations where its migrations are
	 */
	public record Unattended(Problem problem, String bean, String locations) {
	}

	/**
	 * Why migrations are not run, or not by Startgate.
	 */
	public enum Problem {

		/**
		 * There are no migrations.
		 */
		EMPTY,

		/**
		 * Nobody calls {@code migrate()}.
		 */
		NOT_RUN,

		/**
		 * The Flyway was used before the container had created its bean, and not
		 * afterwards.
		 */
		RUN_BY_ITSELF,

		/**
		 * The Flyway was created too early, or its class can't be extended.
		 */
		NOT_COORDINATED

	}

}
