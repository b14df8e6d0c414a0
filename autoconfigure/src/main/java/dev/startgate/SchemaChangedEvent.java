package dev.startgate;

import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEvent;

/**
 * Another replica has changed the schema while this one was running, as in a rolling
 * update. Published, if the schema is watched, on a thread of Startgate, after
 * connections that are older than the change were retired: a listener may refresh what it
 * keeps.
 */
public final class SchemaChangedEvent extends ApplicationEvent {

	private final transient String flyway;

	private final transient @Nullable String version;

	/**
	 * Create a new event.
	 * @param gate the gate of this application
	 * @param flyway the name of the Flyway whose schema has changed
	 * @param version the version that was applied last
	 */
	public SchemaChangedEvent(StartupGate gate, String flyway, @Nullable String version) {
		super(gate);
		this.flyway = flyway;
		this.version = version;
	}

	/**
	 * Return the name of the Flyway whose schema has changed.
	 * @return the name of the bean, or of the history table of a Flyway that is not a
	 * bean
	 */
	public String flyway() {
		return this.flyway;
	}

	/**
	 * Return what was applied last.
	 * @return the version of the last migration, {@code null} for a repeatable one
	 */
	public @Nullable String version() {
		return this.version;
	}

}
