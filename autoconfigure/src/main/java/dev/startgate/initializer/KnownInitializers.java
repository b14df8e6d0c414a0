package dev.startgate.initializer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.sql.init.AbstractScriptDatabaseInitializer;
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.ClassUtils;

/**
 * The initializers that are coordinated: the script initializers of Spring Boot and its
 * modules, the one of Spring Modulith, the registration of Quartz's jobs, and what
 * Hibernate adds to the schema. All but the first are known by name only, because their
 * libraries are optional.
 */
final class KnownInitializers {

	private static final boolean SCRIPTS = ClassUtils.isPresent(
			"org.springframework.boot.sql.init.AbstractScriptDatabaseInitializer",
			KnownInitializers.class.getClassLoader());

	private static final String MODULITH = "org.springframework.modulith.events.jdbc.DatabaseSchemaInitializer";

	private static final String QUARTZ = "org.springframework.scheduling.quartz.SchedulerFactoryBean";

	private static final String JPA = "org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean";

	private static final Set<String> OTHERS = Set.of(QUARTZ, JPA);

	private static final Set<String> ADDING = Set.of("update", "create-only");

	private static final String UNIT = "internalPersistenceUnitManager.";

	private KnownInitializers() {
	}

	static boolean isOne(Class<?> type) {
		return runsScripts(type) || OTHERS.contains(type.getName());
	}

	/**
	 * Return whether a bean does nothing but run scripts. The other initializers are part
	 * of a bean that the application uses, which it may want late.
	 */
	static boolean runsScripts(Class<?> type) {
		return (SCRIPTS && AbstractScriptDatabaseInitializer.class.isAssignableFrom(type))
				|| type.getName().equals(MODULITH);
	}

	/**
	 * Find out what an initializer is about to do.
	 * @return what it does, empty if replicas need not coordinate it
	 */
	static Optional<Initialization> find(InitializingBean initializer) {
		if (SCRIPTS && initializer instanceof AbstractScriptDatabaseInitializer scripts) {
			return ScriptInitialization.of(scripts);
		}
		DirectFieldAccessor fields = new DirectFieldAccessor(initializer);
		return switch (initializer.getClass().getName()) {
			case MODULITH -> of(read(fields, "dataSource"), modulith(initializer.getClass(), fields));
			case QUARTZ -> of(read(fields, "dataSource"), jobs(fields));
			case JPA -> of(read(fields, UNIT + "defaultDataSource"), entities(fields));
			default -> Optional.empty();
		};
	}

	private static Optional<Initialization> of(@Nullable Object dataSource, List<byte[]> content) {
		return (dataSource instanceof DataSource database && !content.isEmpty())
				? Optional.of(Initialization.of(database, content, false)) : Optional.empty();
	}

	/**
	 * Identify the scripts of Modulith by its version and by what chooses among them.
	 */
	private static List<byte[]> modulith(Class<?> type, DirectFieldAccessor fields) {
		return Stream.concat(Stream.of(type.getPackage().getImplementationVersion()),
				Stream.of("databaseType", "schema", "completionMode", "useLegacyStructure")
					.map((name) -> read(fields, "settings." + name)))
			.map((value) -> bytes(value + ";"))
			.toList();
	}

	/**
	 * Identify jobs and triggers by their string forms, without the next fire time.
	 */
	private static List<byte[]> jobs(DirectFieldAccessor fields) {
		return Stream.of("jobDetails", "triggers")
			.flatMap((name) -> (read(fields, name) instanceof List<?> beans) ? beans.stream() : Stream.empty())
			.map((bean) -> bytes(bean.toString().replaceAll("nextFireTime.*", "")))
			.toList();
	}

	/**
	 * Leave out a factory that is built in the background, since nothing waits for it
	 * here.
	 */
	private static List<byte[]> entities(DirectFieldAccessor fields) {
		List<byte[]> classes = new ArrayList<>();
		if (read(fields, "bootstrapExecutor") == null && read(fields, "jpaPropertyMap") instanceof Map<?, ?> properties
				&& addsTables(properties, Boolean.TRUE.equals(read(fields, "jpaVendorAdapter.generateDdl")))
				&& read(fields, UNIT + "managedTypes.managedClassNames") instanceof List<?> names) {
			try {
				for (Object name : names) {
					classes.add(new ClassPathResource(
							ClassUtils.convertClassNameToResourcePath(name.toString()) + ClassUtils.CLASS_FILE_SUFFIX)
						.getContentAsByteArray());
				}
			}
			catch (IOException ex) {
				return List.of();
			}
		}
		return classes;
	}

	/**
	 * Return whether Hibernate adds what is missing. What drops tables does so at each
	 * start.
	 */
	private static boolean addsTables(Map<?, ?> properties, boolean byDefault) {
		for (String name : DatabaseInitializers.HIBERNATE_ACTIONS) {
			if (properties.get(name) != null) {
				String action = properties.get(name).toString().trim();
				// the "create" of Hibernate's own property drops
				return ADDING.contains(action) || (action.equals("create") && !name.startsWith("hibernate."));
			}
		}
		return byDefault;
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	static @Nullable Object read(DirectFieldAccessor fields, String name) {
		return fields.isReadableProperty(name) ? fields.getPropertyValue(name) : null;
	}

}
