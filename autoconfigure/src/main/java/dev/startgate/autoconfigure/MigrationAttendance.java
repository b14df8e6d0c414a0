package dev.startgate.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

import javax.sql.DataSource;

import dev.startgate.coordination.MigrationCheck;
import dev.startgate.flyway.UnattendedFlyways;
import dev.startgate.gate.Gate;
import dev.startgate.gate.StartJournal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionEvaluationReport;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Checks that Startgate coordinates the Flyway that runs the migrations of the
 * application. Otherwise any mode but {@code MIGRATE} would have no effect, so the start
 * fails. In mode {@code MIGRATE}, the log has a warning.
 */
final class MigrationAttendance implements MigrationCheck {

	private static final Logger logger = LoggerFactory.getLogger(MigrationAttendance.class);

	private static final String BOOT = "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration";

	private static final String NOBODY = "nobody runs them";

	private static final String INIT_METHOD = "@Bean(initMethod = \"migrate\")";

	private final Mode mode;

	private final Gate gate;

	private final UnattendedFlyways flyways;

	private final ConfigurableListableBeanFactory beans;

	private final Environment environment;

	MigrationAttendance(Mode mode, Gate gate, UnattendedFlyways flyways, ConfigurableListableBeanFactory beans,
			Environment environment) {
		this.mode = mode;
		this.gate = gate;
		this.flyways = flyways;
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public void check() {
		if (this.gate.journal().entries().unattended() == null) {
			find().ifPresent(this::tell);
		}
	}

	private void tell(Finding found) {
		this.gate.journal().leave(new StartJournal.Unattended(found.migrations(), found.missing()));
		if (this.mode != Mode.MIGRATE) {
			throw new RefusedStartException("%s, so that 'startgate.mode=%s' has no effect".formatted(found.missing(),
					StartgateProperties.word(this.mode)), found.action());
		}
		logger.warn("{}. {}", found.missing(), found.action());
	}

	private Optional<Finding> find() {
		return this.flyways.isNone("startgateMigrationCoordinator") ? withoutFlyway()
				: this.flyways.find().map(MigrationAttendance::ofBean);
	}

	private static Finding ofBean(UnattendedFlyways.Unattended flyway) {
		return switch (flyway.problem()) {
			case EMPTY -> new Finding(NOBODY,
					"Nobody runs the migrations of '%s', because there are none in %s".formatted(flyway.bean(),
							flyway.locations()),
					"Correct the locations, or put the files there: by default 'spring.flyway.locations' is "
							+ "'classpath:db/migration'.");
			case NOT_RUN -> new Finding(NOBODY,
					"Nobody runs the migrations in %s, because nothing has called migrate() on the Flyway bean '%s'"
						.formatted(flyway.locations(), flyway.bean()),
					"Declare it with %s, or leave it out, so that Spring Boot has one that is run."
						.formatted(INIT_METHOD));
			case RUN_BY_ITSELF -> new Finding("run beside the lock",
					("The Flyway bean '%s' was run inside its own @Bean method, where Startgate can't "
							+ "coordinate it with other replicas")
						.formatted(flyway.bean()),
					"Take the call of migrate() out of that method, and declare it with %s.".formatted(INIT_METHOD));
			case NOT_COORDINATED -> new Finding("run beside the lock",
					"Startgate could not coordinate the Flyway bean '%s' with other replicas".formatted(flyway.bean()),
					"If its class is final, as a Kotlin class is unless it is 'open', remove that. Otherwise a bean factory "
							+ "post-processor, or a bean post-processor with the interface PriorityOrdered, has asked for it "
							+ "too early: give that one an ObjectProvider. Or another post-processor has put it in the place "
							+ "of the coordinated one.");
		};
	}

	private Optional<Finding> withoutFlyway() {
		Reason reason = reason();
		if (this.mode == Mode.MIGRATE
				&& (reason == Reason.SWITCHED_OFF || reason == Reason.EXCLUDED || isOneOfSeveral())) {
			return Optional.empty();
		}
		List<String> locations = Objects.requireNonNullElse(Binder.get(this.environment)
			.bind("spring.flyway.locations", Bindable.listOf(String.class))
			.orElse(null), List.of("classpath:db/migration"));
		List<String> folders = locations.stream()
			.map((location) -> location.replaceFirst("/?\\{vendor}.*", ""))
			.toList();
		ClassLoader classLoader = this.beans.getBeanClassLoader();
		return (classLoader != null && UnattendedFlyways.wouldFind(folders,
				this.environment.getProperty("spring.flyway.sql-migration-prefix", "V"), classLoader))
						? Optional
							.of(new Finding(NOBODY,
									"Nobody runs the migrations in %s, because %s"
										.formatted(String.join(", ", locations), reason.text),
									reason.action))
						: Optional.empty();
	}

	/**
	 * With several data sources and no primary one, the migrations may belong to any of
	 * them.
	 */
	private boolean isOneOfSeveral() {
		String[] names = this.beans.getBeanNamesForType(DataSource.class, false, false);
		return names.length > 1 && List.of(names)
			.stream()
			.noneMatch((name) -> this.beans.containsBeanDefinition(name)
					&& this.beans.getBeanDefinition(name).isPrimary());
	}

	private Reason reason() {
		if (!ClassUtils.isPresent(BOOT, this.beans.getBeanClassLoader())) {
			return Reason.NO_MODULE;
		}
		if (!this.environment.getProperty("spring.flyway.enabled", Boolean.class, true)) {
			return Reason.SWITCHED_OFF;
		}
		if (ConditionEvaluationReport.get(this.beans).getExclusions().contains(BOOT)) {
			return Reason.EXCLUDED;
		}
		return (this.beans.getBeanNamesForType(DataSource.class, true, false).length == 0) ? Reason.NO_DATABASE
				: Reason.OTHER;
	}

	/**
	 * What is wrong.
	 *
	 * @param migrations what becomes of the migrations
	 * @param missing why
	 * @param action what to do about it
	 */
	private record Finding(String migrations, String missing, String action) {
	}

	/**
	 * Why there is no Flyway.
	 */
	private enum Reason {

		NO_MODULE("the module 'spring-boot-flyway', with which Spring Boot runs Flyway, is not on the class path",
				"Add the dependency 'org.springframework.boot:spring-boot-starter-flyway'. 'flyway-core' alone is "
						+ "not run since Spring Boot 4."),

		SWITCHED_OFF("'spring.flyway.enabled' is 'false'",
				"Leave out 'spring.flyway.enabled': what this replica does about migrations is said by "
						+ "'startgate.mode'."),

		EXCLUDED("the auto-configuration of Flyway is excluded", "Do not exclude 'FlywayAutoConfiguration'."),

		NO_DATABASE("there is neither a DataSource nor 'spring.flyway.url'",
				"Set 'spring.flyway.url', 'spring.flyway.user' and 'spring.flyway.password'."),

		OTHER("Spring Boot has made no Flyway",
				"Start with '--debug' to see why 'FlywayAutoConfiguration' does not apply.");

		private final String text;

		private final String action;

		Reason(String text, String action) {
			this.text = text;
			this.action = action;
		}

	}

}
