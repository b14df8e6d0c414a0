package dev.startgate.testing;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.util.ClassUtils;

/**
 * The auto-configurations that {@code @EnableAutoConfiguration} would find, but of some
 * modules only. The tests of this module have many more modules on their class path than
 * one application.
 */
public final class BootAutoConfigurations {

	private static final String[] ALWAYS = { "dev.startgate", "org.springframework.boot.jdbc",
			"org.springframework.boot.flyway", "org.springframework.boot.transaction" };

	private BootAutoConfigurations() {
	}

	/**
	 * Return the auto-configurations of Startgate, JDBC, Flyway and transactions, and of
	 * more modules.
	 * @param modules the names of modules, as in their packages
	 * @return the auto-configurations
	 */
	public static AutoConfigurations with(String... modules) {
		String[] prefixes = Stream
			.concat(Arrays.stream(ALWAYS), Arrays.stream(modules).map((module) -> "org.springframework." + module))
			.map((prefix) -> prefix + ".")
			.toArray(String[]::new);
		return AutoConfigurations.of(ImportCandidates.load(AutoConfiguration.class, null)
			.getCandidates()
			.stream()
			.filter((candidate) -> Arrays.stream(prefixes).anyMatch(candidate::startsWith))
			.map((candidate) -> ClassUtils.resolveClassName(candidate, null))
			.toArray(Class<?>[]::new));
	}

	/**
	 * Return the names of these auto-configurations in the order in which Boot would
	 * import them.
	 * @param modules the names of modules
	 * @return the names
	 */
	public static String[] names(String... modules) {
		return Arrays.stream(Configurations.getClasses(with(modules))).map(Class::getName).toArray(String[]::new);
	}

}
