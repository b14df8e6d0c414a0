package dev.startgate.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

import dev.startgate.initializer.DatabaseInitializers;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.env.Environment;

/**
 * Finds out which beans need the schema while they are being created, as far as that can
 * be known before they fail.
 */
final class EagerSchemaAccess {

	private static final String ENTITY_MANAGER_FACTORY = "entityManagerFactory";

	private static final String GENERATE_DDL = "spring.jpa.generate-ddl";

	private static final Set<String> NOTHING = Set.of("none", "false", "");

	private static final List<String> HIBERNATE = Stream
		.concat(Stream.of(GENERATE_DDL, "spring.jpa.hibernate.ddl-auto"),
				DatabaseInitializers.HIBERNATE_ACTIONS.stream().map("spring.jpa.properties."::concat))
		.toList();

	private EagerSchemaAccess() {
	}

	/**
	 * Make sure that migrations can be deferred.
	 * @throws RefusedStartException if a bean would be created too early
	 */
	static void check(Environment environment, ListableBeanFactory beanFactory) {
		if (beanFactory.containsBean(ENTITY_MANAGER_FACTORY)) {
			HIBERNATE.stream().filter((property) -> looks(environment, property)).findFirst().ifPresent((property) -> {
				throw refused(property, environment.getRequiredProperty(property));
			});
		}
	}

	private static RefusedStartException refused(String property, String value) {
		return new RefusedStartException(
				("Bean '%s' looks at the schema while it is created, because of '%s=%s', but with "
						+ "'startgate.timing=after-web-server' migrations run after all beans are created")
					.formatted(ENTITY_MANAGER_FACTORY, property, value),
				"Set '%s=%s', or let migrations run before '%s' is created: 'startgate.timing=before-beans'."
					.formatted(property, property.equals(GENERATE_DDL) ? "false" : "none", ENTITY_MANAGER_FACTORY));
	}

	private static boolean looks(Environment environment, String property) {
		return property.equals(GENERATE_DDL) ? environment.getProperty(property, Boolean.class, false)
				: !NOTHING.contains(environment.getProperty(property, "none").toLowerCase(Locale.ROOT));
	}

}
