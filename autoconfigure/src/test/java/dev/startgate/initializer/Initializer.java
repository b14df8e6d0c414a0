package dev.startgate.initializer;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What else initializes the database of an application that has Flyway.
 */
enum Initializer {

	/** Fails at each start but the first one, even without a race. */
	SCHEMA_ONCE("'schema.sql', `create table`", "ApplicationDataSourceScriptDatabaseInitializer", List.of(),
			"spring.sql.init.mode=always", "spring.sql.init.schema-locations=classpath:db/initializer/schema-once.sql"),

	SCHEMA("'schema.sql', `create table if not exists`", "ApplicationDataSourceScriptDatabaseInitializer", List.of(),
			"spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=classpath:db/initializer/schema-if-not-exists.sql"),

	BATCH("Spring Batch", "BatchDataSourceScriptDatabaseInitializer", List.of("boot.batch"),
			"spring.batch.jdbc.initialize-schema=always", "spring.batch.job.enabled=false"),

	SESSION("Spring Session", "JdbcSessionDataSourceScriptDatabaseInitializer",
			List.of("boot.session", "boot.web", "boot.servlet", "boot.tomcat", "boot.webmvc"),
			"spring.session.jdbc.initialize-schema=always", "spring.main.web-application-type=servlet",
			"server.port=0"),

	INTEGRATION("Spring Integration", "IntegrationDataSourceScriptDatabaseInitializer", List.of("boot.integration"),
			"spring.integration.jdbc.initialize-schema=always"),

	MODULITH("Spring Modulith", "DatabaseSchemaInitializer", List.of("modulith.events"),
			"spring.modulith.events.jdbc.schema-initialization.enabled=true"),

	HIBERNATE("`ddl-auto=update`", "LocalContainerEntityManagerFactoryBean",
			List.of("boot.hibernate", "boot.jpa", "boot.persistence"), "spring.jpa.hibernate.ddl-auto=update"),

	QUARTZ("Quartz, `initialize-schema=always`", "", List.of("boot.quartz"),
			"spring.quartz.jdbc.initialize-schema=always",
			"spring.quartz.properties.org.quartz.jobStore.isClustered=true"),

	QUARTZ_JOBS("Quartz, tables are there, 20 jobs", "SchedulerFactoryBean", List.of("boot.quartz"),
			"spring.quartz.jdbc.initialize-schema=never"),

	QUARTZ_CLUSTER_JOBS("Quartz, tables are there, 20 jobs, clustered", "SchedulerFactoryBean", List.of("boot.quartz"),
			"spring.quartz.jdbc.initialize-schema=never",
			"spring.quartz.properties.org.quartz.jobStore.isClustered=true"),

	SEEDER("find-then-insert in an `ApplicationRunner`", "Seeder", List.of()),

	/** All that are coordinated, in one application: one round counts for each. */
	ALL("all that is coordinated", "", List.of());

	private final String title;

	private final String type;

	private final List<String> modules;

	private final List<String> properties;

	/**
	 * Create an initializer.
	 * @param title what it is, for people
	 * @param type the simple name of the class of its bean
	 * @param modules the modules of Spring Boot that it needs
	 * @param properties the properties that it needs
	 */
	Initializer(String title, String type, List<String> modules, String... properties) {
		this.title = title;
		this.type = type;
		this.modules = modules;
		this.properties = List.of(properties);
	}

	String title() {
		return this.title;
	}

	/**
	 * Return the initializers that this one consists of.
	 */
	private Stream<Initializer> parts() {
		return (this == ALL) ? Stream.of(SCHEMA, BATCH, SESSION, INTEGRATION, MODULITH, HIBERNATE, QUARTZ)
				: Stream.of(this);
	}

	boolean has(Initializer part) {
		return parts().anyMatch((one) -> one == part);
	}

	boolean isOfType(Class<?> type) {
		return parts().anyMatch((part) -> type.getSimpleName().equals(part.type))
				|| (this == ALL && QUARTZ_JOBS.isOfType(type));
	}

	String[] modules() {
		return parts().flatMap((part) -> part.modules.stream()).toArray(String[]::new);
	}

	boolean isQuartz() {
		return parts().anyMatch((part) -> part.modules.contains("boot.quartz"));
	}

	boolean needsQuartzTables() {
		return this.properties.contains("spring.quartz.jdbc.initialize-schema=never");
	}

	List<String> properties(String url) {
		List<String> all = new ArrayList<>(List.of("initializer=" + name(), "spring.datasource.url=" + url,
				"spring.datasource.username=" + (url.contains("postgresql") ? "postgres" : "root"),
				"spring.flyway.locations=classpath:db/initializer", "spring.datasource.hikari.maximum-pool-size=4"));
		if (!has(SESSION)) {
			all.add("spring.main.web-application-type=none");
		}
		if (needsQuartzTables()) {
			all.addAll(List.of("spring.flyway.baseline-on-migrate=true", "spring.flyway.baseline-version=0"));
		}
		if (isQuartz()) {
			all.addAll(List.of("spring.quartz.job-store-type=jdbc",
					"spring.quartz.properties.org.quartz.scheduler.instanceId=AUTO",
					"spring.quartz.properties.org.quartz.threadPool.threadCount=2",
					"spring.quartz.properties.org.quartz.jobStore.driverDelegateClass="
							+ (url.contains("postgresql") ? "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate"
									: "org.quartz.impl.jdbcjobstore.StdJDBCDelegate")));
		}
		parts().map((part) -> part.properties).forEach(all::addAll);
		return all;
	}

}
