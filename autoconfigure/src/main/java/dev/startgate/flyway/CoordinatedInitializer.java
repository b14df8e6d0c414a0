package dev.startgate.flyway;

import org.springframework.boot.flyway.autoconfigure.FlywayMigrationInitializer;

/**
 * Runs an initializer, with whatever strategy it has, in a critical section. Boot's
 * Flyway module is optional, so only code that has found it may name this class.
 */
final class CoordinatedInitializer extends FlywayMigrationInitializer {

	private final FlywayMigrationInitializer application;

	private final CoordinatedFlyway flyway;

	private final FlywayCoordinator coordinator;

	CoordinatedInitializer(FlywayMigrationInitializer application, CoordinatedFlyway flyway,
			FlywayCoordinator coordinator) {
		super(flyway);
		this.application = application;
		this.flyway = flyway;
		this.coordinator = coordinator;
		setOrder(application.getOrder());
	}

	@Override
	public void afterPropertiesSet() {
		this.coordinator.initialize(this.flyway, this::initialize);
	}

	private void initialize() {
		try {
			this.application.afterPropertiesSet();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The migration initializer failed", ex);
		}
	}

}
