package dev.startgate.autoconfigure;

import java.time.Duration;
import java.util.Objects;

import dev.startgate.flyway.OnInterrupted;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for Startgate.
 *
 * @param enabled Whether Startgate coordinates the start of this application.
 * @param mode Whether this replica migrates, waits for others, only looks, or migrates
 * and exits.
 * @param timing Whether migrations run before the beans of the application are created or
 * after the web server has started.
 * @param replicaName Name shown wherever this replica is named. By default the
 * environment variable HOSTNAME, else host name and process id.
 * @param onInterrupted What to do about a migration that can't be rolled back and was
 * interrupted, or has failed with a transient failure.
 * @param onFailure What to do about a failure that a person must resolve.
 * @param tables tables of the lock
 * @param lock lock around the migrations
 * @param database database while it is not reachable
 * @param metadata settling of what is derived from the schema
 * @param probe probes while beans are not there yet
 * @param defer what waits until the gate is open
 * @param web requests before the gate is open
 * @param preconditions preconditions of single migrations
 * @param dataMigrations second history: migrations of what is in the tables
 * @param retry work that failed with a transient failure
 * @param exit replica that migrates and ends
 */
@ConfigurationProperties("startgate")
public record StartgateProperties(@DefaultValue("true") boolean enabled, @DefaultValue("migrate") Mode mode,
		@DefaultValue("before-beans") Timing timing, @Nullable String replicaName,
		@DefaultValue("resume") OnInterrupted onInterrupted, @DefaultValue("exit") OnFailure onFailure, Tables tables,
		Lock lock, Database database, @NestedConfigurationProperty MetadataProperties metadata, Probe probe,
		@NestedConfigurationProperty DeferProperties defer, @NestedConfigurationProperty WebProperties web,
		@NestedConfigurationProperty PreconditionsProperties preconditions,
		@NestedConfigurationProperty DataMigrationsProperties dataMigrations,
		@NestedConfigurationProperty RetryProperties retry, @NestedConfigurationProperty ExitProperties exit) {

	/**
	 * Groups of which nothing is set are not bound: to convert each of their defaults
	 * from text would cost every start a hundredth.
	 */
	public StartgateProperties {
		tables = Objects.requireNonNullElse(tables, Tables.DEFAULTS);
		lock = Objects.requireNonNullElse(lock, Lock.DEFAULTS);
		database = Objects.requireNonNullElse(database, Database.DEFAULTS);
		metadata = Objects.requireNonNullElse(metadata, MetadataProperties.DEFAULTS);
		probe = Objects.requireNonNullElse(probe, Probe.DEFAULTS);
		defer = Objects.requireNonNullElse(defer, DeferProperties.DEFAULTS);
		web = Objects.requireNonNullElse(web, WebProperties.DEFAULTS);
		preconditions = Objects.requireNonNullElse(preconditions, PreconditionsProperties.DEFAULTS);
		dataMigrations = Objects.requireNonNullElse(dataMigrations, DataMigrationsProperties.DEFAULTS);
		retry = Objects.requireNonNullElse(retry, RetryProperties.DEFAULTS);
		exit = Objects.requireNonNullElse(exit, ExitProperties.DEFAULTS);
	}

	/**
	 * What to do about a failure that a person must resolve.
	 */
	public enum OnFailure {

		/**
		 * Fail the start.
		 */
		EXIT,

		/**
		 * Stay up without opening the gate, look again, and go on once it is resolved.
		 */
		STAY_DOWN

	}

	/**
	 * Tables of the lock.
	 *
	 * @param prefix Prefix of the names of the two tables that Startgate uses.
	 * @param schema Schema of the two tables. By default the schema of Flyway's history
	 * table.
	 * @param create Whether missing tables are created.
	 */
	public record Tables(@DefaultValue("startgate_") String prefix, @Nullable String schema,
			@DefaultValue("true") boolean create) {

		static final Tables DEFAULTS = new Tables("startgate_", null, true);

		public Tables {
			Checks.isTrue(prefix.matches("[A-Za-z_][A-Za-z0-9_]{0,40}"), "startgate.tables.prefix", prefix,
					"at most 41 letters, digits and underscores that do not begin with a digit");
		}

	}

	/**
	 * Lock around the migrations.
	 *
	 * @param name Name of the lock. Replicas whose locks have the same name in the same
	 * database migrate one after the other. By default the qualified name of Flyway's
	 * history table.
	 * @param lease Time after which the lock of a replica that no longer renews it is
	 * free. Renewed every third of it while the replica works. At least 3 seconds.
	 * @param maxWait Maximum time to wait for a replica that has the lock or, in mode
	 * 'wait', for the migrations of others. By default there is no limit.
	 * @param takeover What to do about a statement that a replica which is gone has left
	 * running.
	 */
	public record Lock(@Nullable String name, @DefaultValue("20s") Duration lease, @Nullable Duration maxWait,
			@DefaultValue("wait") Takeover takeover) {

		private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);

		private static final int LONGEST_NAME = 190;

		static final Lock DEFAULTS = new Lock(null, Duration.ofSeconds(20), null, Takeover.WAIT);

		public Lock {
			Checks.isTrue(lease.compareTo(SHORTEST_LEASE) >= 0, "startgate.lock.lease", lease, "3s or more");
			Checks.isTrue(name == null || (!name.isBlank() && name.length() <= LONGEST_NAME), "startgate.lock.name",
					name, "1 to 190 characters");
			Checks.isTrue(maxWait == null || !maxWait.isNegative(), "startgate.lock.max-wait", maxWait, "0s or more");
		}

	}

	/**
	 * What to do about a statement that is still running.
	 */
	public enum Takeover {

		/**
		 * Wait until it has ended.
		 */
		WAIT,

		/**
		 * End the session that runs it.
		 */
		TERMINATE

	}

	/**
	 * Database while it is not reachable.
	 *
	 * @param maxWait Maximum time to wait for a database that can't be reached. In mode
	 * 'wait' there is no limit.
	 */
	public record Database(@DefaultValue("60s") Duration maxWait) {

		static final Database DEFAULTS = new Database(Duration.ofSeconds(60));

		public Database {
			Checks.isTrue(!maxWait.isNegative(), "startgate.database.max-wait", maxWait, "0s or more");
		}

	}

	/**
	 * Probes while beans are not there yet.
	 *
	 * @param enabled Whether to answer probes before the web server starts. By default on
	 * a separate management port always, on the main port only on Kubernetes.
	 */
	public record Probe(@Nullable Boolean enabled) {

		static final Probe DEFAULTS = new Probe(null);

	}

}
