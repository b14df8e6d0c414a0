package dev.startgate.flyway;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * An application's callbacks: objects, or scripts such as {@code afterMigrate.sql}. They
 * run at every {@code migrate()}, and must not notice that we call Flyway more often than
 * the application does.
 */
final class MigrateCallbacks {

	/** An application may take a role there, without which nothing is to be seen. */
	static final Set<Event> CONNECT = EnumSet.of(Event.BEFORE_CONNECT, Event.AFTER_CONNECT);

	/** Run by each {@code migrate()}, before it creates missing schemas. */
	static final Set<Event> CREATE_SCHEMA = EnumSet.of(Event.CREATE_SCHEMA, Event.BEFORE_CREATE_SCHEMA);

	private MigrateCallbacks() {
	}

	static boolean areThere(Configuration configuration) {
		return Arrays.stream(configuration.getCallbacks())
			.anyMatch((callback) -> !(callback instanceof BaselineCallback))
				|| (!configuration.isSkipDefaultCallbacks() && CallbackScripts.areThere(configuration));
	}

	/**
	 * Restrict a copy of the application's configuration to the callbacks for some
	 * events.
	 */
	static void restrict(FluentConfiguration copy, Configuration application, Predicate<Event> allowed) {
		copy.callbacks(Arrays.stream(application.getCallbacks())
			.map((callback) -> new AllowedCallback(callback, allowed))
			.toArray(Callback[]::new));
		if (!application.isSkipDefaultCallbacks()) {
			copy.resourceProvider(new AllowedScripts(application, allowed)).callbackLocations(new Location[0]);
		}
	}

	/**
	 * Create a Flyway that has of the application's callbacks only those for connections.
	 */
	static Flyway connecting(Configuration application) {
		FluentConfiguration copy = new FluentConfiguration(application.getClassLoader()).configuration(application);
		restrict(copy, application, CONNECT::contains);
		return load(copy);
	}

	/**
	 * Create a Flyway that has these callbacks. Its constructor would exchange them for
	 * those in the package {@code db.callback}, which are among the application's
	 * already.
	 */
	static Flyway load(FluentConfiguration configuration) {
		Callback[] callbacks = configuration.getCallbacks();
		Flyway flyway = new Flyway(configuration);
		((ClassicConfiguration) flyway.getConfiguration()).setCallbacks(callbacks);
		return flyway;
	}

}
