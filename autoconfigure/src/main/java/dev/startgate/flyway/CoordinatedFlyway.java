package dev.startgate.flyway;

import java.lang.reflect.Proxy;
import java.util.function.Supplier;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.output.BaselineResult;
import org.flywaydb.core.api.output.CleanResult;
import org.flywaydb.core.api.output.MigrateResult;
import org.flywaydb.core.api.output.OperationResult;
import org.flywaydb.core.api.output.RepairResult;
import org.flywaydb.core.api.output.ValidateResult;
import org.flywaydb.core.extensibility.ConfigurationExtension;

import org.springframework.util.ReflectionUtils;

/**
 * Takes the place of an application's Flyway bean, with the same configuration. It
 * coordinates {@code migrate()} and {@code clean()}, and leaves the rest to that bean.
 */
final class CoordinatedFlyway extends Flyway {

	private final Flyway application;

	private final FlywayName name;

	private final Supplier<FlywayCoordinator> coordinator;

	private final boolean runBefore;

	CoordinatedFlyway(Flyway application, FlywayName name, Supplier<FlywayCoordinator> coordinator) {
		// each method is overridden, so the superclass only has to log
		super(FlywayInternals.forLogging(application.getConfiguration()));
		this.application = application;
		this.name = name;
		this.coordinator = coordinator;
		this.runBefore = FlywayInternals.hasRun(application);
	}

	/**
	 * Return whether the application used its Flyway before it became a bean.
	 */
	boolean hasRunBefore() {
		return this.runBefore;
	}

	Flyway application() {
		return this.application;
	}

	String name() {
		return this.name.name();
	}

	FlywayName called() {
		return this.name;
	}

	@Override
	public Configuration getConfiguration() {
		return this.application.getConfiguration();
	}

	@Override
	public <T extends ConfigurationExtension> T getConfigurationExtension(Class<T> type) {
		return this.application.getConfigurationExtension(type);
	}

	/**
	 * Spring Boot takes a {@link NoSuchMethodError} for a sign of an old Flyway, and
	 * would call this method again.
	 */
	@Override
	public MigrateResult migrate() {
		try {
			return this.coordinator.get().migrateBean(this);
		}
		catch (NoSuchMethodError ex) {
			throw new FlywayException("A migration or callback does not fit its libraries: " + ex.getMessage(), ex);
		}
	}

	@Override
	public CleanResult clean() {
		return this.coordinator.get().clean(this);
	}

	@Override
	public MigrationInfoService info() {
		MigrationInfoService info = this.application.info();
		MigrationInfo current = info.current();
		boolean created = current != null && current.getType() == CoreMigrationType.SCHEMA;
		return (created && this.coordinator.get().isRunning(this)) ? withoutCurrent(info) : info;
	}

	/** Return what Flyway reports before it has created the schema. */
	private static MigrationInfoService withoutCurrent(MigrationInfoService info) {
		return (MigrationInfoService) Proxy.newProxyInstance(CoordinatedFlyway.class.getClassLoader(),
				new Class<?>[] { MigrationInfoService.class },
				(proxy, method, arguments) -> "current".equals(method.getName()) ? null
						: ReflectionUtils.invokeMethod(method, info, arguments));
	}

	@Override
	public void validate() {
		this.application.validate();
	}

	@Override
	public ValidateResult validateWithResult() {
		return this.application.validateWithResult();
	}

	@Override
	public BaselineResult baseline() {
		return this.application.baseline();
	}

	@Override
	public RepairResult repair() {
		return this.application.repair();
	}

	@Override
	public OperationResult undo() {
		return this.application.undo();
	}

}
