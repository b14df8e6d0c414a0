package dev.startgate.flyway;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * An application's callbacks: objects, or scripts such as {@code afterMigrate.sql}. They
 * run at every {@code migrate()}, and must not notice that we call Flyway more often than
 * the application does.
 */
final class MigrateCallbacks {

	/** In these, an application may set a role without which it sees no table. */
	static final Set<Event> CONNECT = EnumSet.of(Event.BEFORE_CONNECT, Event.AFTER_CONNECT);

	/** Run by each {@code migrate()}, before it creates missing schemas. */
	static final Set<Event> CREATE_SCHEMA = EnumSet.of(Event.CREATE_SCHEMA, Event.BEFORE_CREATE_SCHEMA);

	/** Run by each {@code migrate()}, whatever it does. */
	private static final Set<Event> MIGRATE = EnumSet.of(Event.BEFORE_MIGRATE, Event.AFTER_VERSIONED,
			Event.AFTER_MIGRATE, Event.AFTER_MIGRATE_OPERATION_FINISH);

	private static final Set<Event> VALIDATE = EnumSet.of(Event.BEFORE_VALIDATE, Event.AFTER_VALIDATE);

	private MigrateCallbacks() {
	}

	static boolean areThere(Configuration configuration) {
		return ofApplication(configuration).findAny().isPresent()
				|| CallbackScripts.events(configuration).findAny().isPresent();
	}

	/**
	 * Return whether Flyway calls any callback in a {@code migrate()} that has nothing to
	 * do. Callbacks for connections do not count, because a look calls them, too.
	 */
	static boolean runWithoutWork(Configuration configuration) {
		Set<Event> called = EnumSet.copyOf(MIGRATE);
		if (configuration.isValidateOnMigrate()) {
			called.addAll(VALIDATE);
		}
		if (configuration.isCreateSchemas()) {
			called.addAll(CREATE_SCHEMA);
		}
		Context context = FlywayInternals.context(configuration);
		return ofApplication(configuration)
			.anyMatch((callback) -> called.stream().anyMatch((event) -> mayHear(callback, event, context)))
				|| CallbackScripts.events(configuration).anyMatch(called::contains);
	}

	private static Stream<Callback> ofApplication(Configuration configuration) {
		return Arrays.stream(configuration.getCallbacks())
			.filter((callback) -> !(callback instanceof BaselineCallback));
	}

	private static boolean mayHear(Callback callback, Event event, Context context) {
		try {
			return callback.supports(event, context);
		}
		catch (RuntimeException ex) {
			// it needs a connection to know
			return true;
		}
	}

	/**
	 * Restrict a copy of the application's configuration to the callbacks for some
	 * events.
	 */
	static void restrict(ClassicConfiguration copy, Configuration application, Predicate<Event> allowed) {
		copy.setCallbacks(only(application, allowed));
		if (!application.isSkipDefaultCallbacks()) {
			copy.setResourceProvider(new AllowedScripts(application, allowed));
			copy.setCallbackLocations(new Location[0]);
		}
	}

	/**
	 * Return the application's callbacks, each of which hears of some events only.
	 */
	static Callback[] only(Configuration application, Predicate<Event> allowed) {
		return Arrays.stream(application.getCallbacks())
			.map((callback) -> new AllowedCallback(callback, allowed))
			.toArray(Callback[]::new);
	}

	/**
	 * Create a Flyway that has only those callbacks of the application that are for
	 * connections.
	 */
	static Flyway connecting(Configuration application) {
		Flyway copy = copy(application);
		restrict(configuration(copy), application, CONNECT::contains);
		return copy;
	}

	/**
	 * Copy a Flyway, with its callbacks. The constructor would replace them with those in
	 * the package {@code db.callback}, which are among them already.
	 */
	static Flyway copy(Configuration application) {
		Flyway copy = new Flyway(application);
		configuration(copy).setCallbacks(application.getCallbacks());
		return copy;
	}

	/**
	 * Return the configuration of a copy, to be changed.
	 */
	static ClassicConfiguration configuration(Flyway copy) {
		return (ClassicConfiguration) copy.getConfiguration();
	}

	/**
	 * A callback of the application that hears of some events only.
	 */
	private static final class AllowedCallback implements Callback {

		private final Callback application;

		private final Predicate<Event> allowed;

		AllowedCallback(Callback application, Predicate<Event> allowed) {
			this.application = application;
			this.allowed = allowed;
		}

		@Override
		public boolean supports(Event event, Context context) {
			return this.allowed.test(event) && this.application.supports(event, context);
		}

		@Override
		public boolean canHandleInTransaction(Event event, Context context) {
			return this.application.canHandleInTransaction(event, context);
		}

		@Override
		public void handle(Event event, Context context) {
			this.application.handle(event, context);
		}

		@Override
		public String getCallbackName() {
			return this.application.getCallbackName();
		}

	}

}
