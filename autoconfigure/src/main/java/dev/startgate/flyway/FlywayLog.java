package dev.startgate.flyway;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;
import org.flywaydb.core.api.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Flyway's log, in which messages that the application would not see without Startgate
 * become DEBUG. Flyway has one log for all threads and objects, and forgets ours when a
 * Flyway is created. So ours is set for each call, and leaves the messages of other
 * threads as they are.
 */
final class FlywayLog implements LogCreator {

	/** The part of Flyway that is quiet in this thread. */
	private static final ThreadLocal<@Nullable Quiet> QUIET = new ThreadLocal<>();

	private final Map<Class<?>, Log> logs = new HashMap<>();

	private final Configuration configuration;

	private FlywayLog(Configuration configuration) {
		this.configuration = configuration;
	}

	/**
	 * Call Flyway.
	 * @param configuration says where Flyway logs
	 * @param quiet what is logged as DEBUG during the call, in this thread
	 * @param call calls an existing Flyway
	 */
	static <T> T with(Configuration configuration, Quiet quiet, Supplier<T> call) {
		Quiet before = QUIET.get();
		QUIET.set(quiet);
		try {
			LogFactory.setLogCreator(new FlywayLog(configuration));
			return call.get();
		}
		finally {
			if (before != null) {
				QUIET.set(before);
			}
			else {
				QUIET.remove();
			}
		}
	}

	/**
	 * Flyway calls this for each message, one thread at a time.
	 */
	@Override
	public Log createLogger(Class<?> type) {
		return this.logs.computeIfAbsent(type, this::create);
	}

	private Log create(Class<?> type) {
		LogFactory.setConfiguration(this.configuration);
		Log log = FlywayInternals.log(type);
		LogFactory.setLogCreator(this);
		return new QuietLog(type, log);
	}

	/**
	 * The messages that are quiet.
	 */
	enum Quiet {

		/** All of them, because the application has not made the call. */
		EVERYTHING(Set.of()),

		/** Those about the database and migrations, but not about creating a history. */
		WORK(FlywayInternals.WORK),

		/** Those about the database, which another Flyway has logged already. */
		DATABASE(FlywayInternals.DATABASE);

		private final Set<Class<?>> types;

		Quiet(Set<Class<?>> types) {
			this.types = types;
		}

		boolean contains(Class<?> type) {
			return this.types.isEmpty() || this.types.contains(type);
		}

	}

	/**
	 * The log of a class of Flyway.
	 *
	 * @param type the class
	 * @param log where it would log
	 */
	private record QuietLog(Class<?> type, Log log) implements Log {

		private boolean isQuiet() {
			Quiet quiet = QUIET.get();
			return quiet != null && quiet.contains(this.type);
		}

		/**
		 * Log past Flyway, which has a switch of its own for DEBUG besides the level.
		 */
		private void whisper(String message) {
			LoggerFactory.getLogger(this.type).debug(message);
		}

		@Override
		@SuppressWarnings("deprecation") // asked by Flyway 11
		public boolean isDebugEnabled() {
			return this.log.isDebugEnabled();
		}

		@Override
		public void debug(String message) {
			this.log.debug(message);
		}

		@Override
		public void info(String message) {
			if (isQuiet()) {
				whisper(message);
			}
			else {
				this.log.info(message);
			}
		}

		@Override
		public void warn(String message) {
			if (isQuiet()) {
				whisper(message);
			}
			else {
				this.log.warn(message);
			}
		}

		@Override
		public void error(String message) {
			this.log.error(message);
		}

		@Override
		public void error(String message, Exception exception) {
			this.log.error(message, exception);
		}

		@Override
		public void notice(String message) {
			if (isQuiet()) {
				whisper(message);
			}
			else {
				this.log.notice(message);
			}
		}

	}

}
