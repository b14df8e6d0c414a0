package dev.startgate.flyway;

import java.util.Arrays;
import java.util.stream.Stream;

import dev.startgate.flyway.FlywayLog.Quiet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.configuration.Configuration;

/**
 * Makes way for a baseline that a migration strategy makes. It is in the configuration of
 * the Flyway, so that a copy of that configuration has it, too.
 */
final class BaselineCallback implements Callback {

	private final Configuration history;

	private volatile boolean over;

	private BaselineCallback(Configuration history) {
		this.history = history;
	}

	/**
	 * Run a strategy that may make a baseline in the history of a Flyway.
	 */
	static void during(Flyway flyway, Runnable strategy) {
		if (!(flyway.getConfiguration() instanceof ClassicConfiguration configuration)) {
			strategy.run();
			return;
		}
		BaselineCallback own = new BaselineCallback(configuration);
		configuration.setCallbacks(
				Stream.concat(Stream.of(configuration.getCallbacks()), Stream.of(own)).toArray(Callback[]::new));
		try {
			strategy.run();
		}
		finally {
			own.over = true;
			configuration.setCallbacks(Arrays.stream(configuration.getCallbacks())
				.filter((callback) -> callback != own)
				.toArray(Callback[]::new));
		}
	}

	@Override
	public boolean supports(Event event, Context context) {
		return event == Event.BEFORE_BASELINE && !this.over;
	}

	@Override
	public boolean canHandleInTransaction(Event event, Context context) {
		return false;
	}

	/**
	 * A {@code migrate()} under the lease makes a baseline only where there is no
	 * history, so nothing is in its way.
	 */
	@Override
	public void handle(Event event, Context context) {
		Configuration caller = context.getConfiguration();
		if (!(caller.getDataSource() instanceof GuardedDataSource) && FlywayTarget.isSame(caller, this.history)) {
			makeWayForBaseline(caller);
		}
	}

	/**
	 * Drop a history that Startgate had Flyway create early, because {@code baseline()}
	 * expects none. If Flyway has created the schema, the history begins again with the
	 * baseline that Flyway would have made together with that schema. A history with any
	 * migration is left alone.
	 */
	private static void makeWayForBaseline(Configuration application) {
		Configuration quiet = MigrateCallbacks.connecting(application).getConfiguration();
		FlywayLog.with(quiet, Quiet.EVERYTHING, () -> FlywayInternals.dropEmptyHistory(quiet));
	}

	@Override
	public String getCallbackName() {
		return "startgate";
	}

}
