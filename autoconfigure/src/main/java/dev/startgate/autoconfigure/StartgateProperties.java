package dev.startgate.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

import dev.startgate.actuate.StartSettings;
import dev.startgate.coordination.RetryPolicy;
import dev.startgate.flyway.OnInterrupted;
import dev.startgate.flyway.ddl.DdlPatience;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Configuration properties for Startgate.
 *
 * @param enabled Whether Startgate coordinates the start of this application. If not, the
 * application starts as without Startgate, whatever the mode.
 * @param mode Whether this replica migrates, waits for others, only looks, migrates and
 * exits, or rehearses and exits.
 * @param timing Whether migrations run before the beans of the application are created or
 * after the web server has started.
 * @param replicaName Name shown wherever this replica is named. By default the
 * environment variable HOSTNAME, else host name and process id. At most 200 characters.
 * @param onInterrupted What to do about a migration that can't be rolled back and was
 * interrupted, or that failed although its file is not at fault.
 * @param onFailure What to do about a failure that a person must resolve.
 * @param initializers Whether what initializes the database beside Flyway, such as
 * 'schema.sql', runs on one replica first.
 * @param tables tables of the lock
 * @param lock lock around the migrations
 * @param database database while it is not reachable
 * @param metadata settling of what is derived from the schema
 * @param probe probes while beans are not there yet
 * @param defer what waits until the gate is open
 * @param web requests before the gate is open
 * @param preconditions preconditions of single migrations
 * @param dataMigrations second history: migrations of what is in the tables
 * @param repeatable repeatable migrations of newer replicas
 * @param retry work that failed with a transient failure
 * @param exit replica that migrates and ends
 * @param ddl statements that take strong locks on tables
 */
@ConfigurationProperties("startgate")
public record StartgateProperties(@DefaultValue("true") boolean enabled, @DefaultValue("migrate") Mode mode,
		@DefaultValue("before-beans") Timing timing, @Nullable String replicaName,
		@DefaultValue("resume") OnInterrupted onInterrupted, @DefaultValue("exit") OnFailure onFailure,
		@DefaultValue("one-at-a-time") Initializers initializers, Tables tables, Lock lock, Database database,
		Metadata metadata, Probe probe, Defer defer, Web web, Preconditions preconditions,
		DataMigrations dataMigrations, Repeatable repeatable, Retry retry, Exit exit, Ddl ddl) {

	private static final int LONGEST_REPLICA_NAME = 200;

	/**
	 * A group without any property that is set is not bound, because converting each of
	 * its defaults from text would make every start one percent slower.
	 */
	public StartgateProperties {
		tables = Objects.requireNonNullElse(tables, Tables.DEFAULTS);
		lock = Objects.requireNonNullElse(lock, Lock.DEFAULTS);
		database = Objects.requireNonNullElse(database, Database.DEFAULTS);
		metadata = Objects.requireNonNullElse(metadata, Metadata.DEFAULTS);
		probe = Objects.requireNonNullElse(probe, Probe.DEFAULTS);
		defer = Objects.requireNonNullElse(defer, Defer.DEFAULTS);
		web = Objects.requireNonNullElse(web, Web.DEFAULTS);
		preconditions = Objects.requireNonNullElse(preconditions, Preconditions.DEFAULTS);
		dataMigrations = Objects.requireNonNullElse(dataMigrations, DataMigrations.DEFAULTS);
		repeatable = Objects.requireNonNullElse(repeatable, Repeatable.DEFAULTS);
		retry = Objects.requireNonNullElse(retry, Retry.DEFAULTS);
		exit = Objects.requireNonNullElse(exit, Exit.DEFAULTS);
		ddl = Objects.requireNonNullElse(ddl, Ddl.DEFAULTS);
		PropertyChecks.isTrue(replicaName == null || replicaName.length() <= LONGEST_REPLICA_NAME,
				"startgate.replica-name", replicaName, "a name of at most " + LONGEST_REPLICA_NAME + " characters");
		PropertyChecks.isTrue(mode != Mode.REHEARSE || onFailure == OnFailure.EXIT, "startgate.on-failure",
				word(onFailure), "'exit' in mode 'rehearse', which ends in any case");
	}

	StartSettings settings() {
		return new StartSettings(word(this.mode), word(this.timing));
	}

	/** Return a value as one would write it. */
	static String word(Enum<?> value) {
		return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
	 * How database initializers beside Flyway run.
	 */
	public enum Initializers {

		/**
		 * On one replica first.
		 */
		ONE_AT_A_TIME,

		/**
		 * As without Startgate.
		 */
		OFF

	}

	/**
	 * Tables of the lock.
	 *
	 * @param prefix Prefix of the names of the two tables that Startgate uses: letters,
	 * digits and underscores, at most 41.
	 * @param schema Schema of the two tables. By default the schema of Flyway's history
	 * table.
	 * @param create Whether missing tables are created.
	 */
	public record Tables(@DefaultValue("startgate_") String prefix, @Nullable String schema,
			@DefaultValue("true") boolean create) {

		static final Tables DEFAULTS = new Tables("startgate_", null, true);

		public Tables {
			PropertyChecks.isTrue(prefix.matches("[A-Za-z_][A-Za-z0-9_]{0,40}"), "startgate.tables.prefix", prefix,
					"at most 41 letters, digits and underscores that do not begin with a digit");
			PropertyChecks.isTrue(schema == null || !schema.isBlank(), "startgate.tables.schema", schema,
					"the name of a schema, or remove it to use that of Flyway's history table");
		}

	}

	/**
	 * Lock around the migrations.
	 *
	 * @param name Name of the lock. Replicas whose locks have the same name in the same
	 * database migrate one after the other. By default the qualified name of Flyway's
	 * history table.
	 * @param lease Time after which the lock is free if its holder no longer renews it.
	 * The holder renews it every third of that time. At least 3 seconds.
	 * @param maxWait Maximum time to wait for a replica that has the lock or, in mode
	 * 'wait', for the migrations of others. By default there is no limit.
	 * @param takeover What to do about a statement that a killed or frozen replica has
	 * left running.
	 */
	public record Lock(@Nullable String name, @DefaultValue("20s") Duration lease, @Nullable Duration maxWait,
			@DefaultValue("wait") Takeover takeover) {

		private static final Duration SHORTEST_LEASE = Duration.ofSeconds(3);

		private static final int LONGEST_NAME = 190;

		static final Lock DEFAULTS = new Lock(null, Duration.ofSeconds(20), null, Takeover.WAIT);

		public Lock {
			PropertyChecks.isTrue(lease.compareTo(SHORTEST_LEASE) >= 0, "startgate.lock.lease", lease, "3s or more");
			PropertyChecks.isTrue(name == null || (!name.isBlank() && name.length() <= LONGEST_NAME),
					"startgate.lock.name", name, "1 to 190 characters");
			PropertyChecks.isTrue(maxWait == null || !maxWait.isNegative(), "startgate.lock.max-wait", maxWait,
					"0s or more");
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
			PropertyChecks.isTrue(!maxWait.isNegative(), "startgate.database.max-wait", maxWait, "0s or more");
		}

	}

	/**
	 * Probes while beans are not there yet.
	 *
	 * @param enabled Whether to answer probes before the web server starts. By default on
	 * a separate management port always, on the main port only on Kubernetes.
	 * @param endpoints Where the endpoints 'startgate' and 'prometheus', if they are
	 * exposed, are answered before the web server starts, when nobody is authenticated
	 * yet.
	 */
	public record Probe(@Nullable Boolean enabled, @DefaultValue("management-port") EarlyEndpoints endpoints) {

		static final Probe DEFAULTS = new Probe(null, EarlyEndpoints.MANAGEMENT_PORT);

	}

	/**
	 * Where endpoints are answered before the web server starts.
	 */
	public enum EarlyEndpoints {

		/**
		 * On a separate management port.
		 */
		MANAGEMENT_PORT,

		/**
		 * On the port where they will be, also if that is the main port.
		 */
		ANY_PORT,

		/**
		 * Nowhere.
		 */
		NONE

	}

	/**
	 * Settling of what is derived from the schema.
	 *
	 * @param timeout Maximum time to wait until all settle conditions hold. Must be
	 * longer than 'stable-for'.
	 * @param pollInterval Time between two polls of one settle condition. At least 10
	 * milliseconds.
	 * @param stableFor Time for which a settle condition must hold without interruption.
	 * @param answerTimeout Maximum time for one answer of a settle condition. After that
	 * its thread is interrupted, and the condition is polled again once that call has
	 * returned. At least 10 milliseconds.
	 * @param applyOlder Whether to apply metadata over that of a newer version.
	 * @param watchSchema Whether a running replica checks for changes of the schema by
	 * others, to retire the connections of its pools and publish an event.
	 * @param watchInterval Time between two checks for changes of the schema. At least
	 * 100 milliseconds.
	 * @param maxSchemaVersion Highest version of the schema with which this application
	 * works. A replica is not ready while the schema has a higher one. Needs
	 * 'watch-schema'. By default there is no limit.
	 * @param http Settle conditions that ask an address.
	 * @param sql Settle conditions that run a query.
	 */
	public record Metadata(@DefaultValue("2m") Duration timeout, @DefaultValue("250ms") Duration pollInterval,
			@DefaultValue("0s") Duration stableFor, @DefaultValue("10s") Duration answerTimeout,
			@DefaultValue("false") boolean applyOlder, @DefaultValue("false") boolean watchSchema,
			@DefaultValue("5s") Duration watchInterval, @Nullable String maxSchemaVersion,
			@DefaultValue List<HttpCondition> http, @DefaultValue List<SqlCondition> sql) {

		static final Metadata DEFAULTS = new Metadata(Duration.ofMinutes(2), Duration.ofMillis(250), Duration.ZERO,
				Duration.ofSeconds(10), false, false, Duration.ofSeconds(5), null, List.of(), List.of());

		public Metadata {
			PropertyChecks.isTrue(timeout.compareTo(stableFor) > 0, "startgate.metadata.timeout", timeout,
					"longer than startgate.metadata.stable-for");
			PropertyChecks.isTrue(pollInterval.compareTo(Duration.ofMillis(10)) >= 0,
					"startgate.metadata.poll-interval", pollInterval, "10ms or more");
			PropertyChecks.isTrue(!stableFor.isNegative(), "startgate.metadata.stable-for", stableFor, "0s or more");
			PropertyChecks.isTrue(answerTimeout.compareTo(Duration.ofMillis(10)) >= 0,
					"startgate.metadata.answer-timeout", answerTimeout, "10ms or more");
			PropertyChecks.isTrue(watchInterval.compareTo(Duration.ofMillis(100)) >= 0,
					"startgate.metadata.watch-interval", watchInterval, "100ms or more");
			PropertyChecks.isTrue(maxSchemaVersion == null || maxSchemaVersion.matches("\\d+([._]\\d+)*"),
					"startgate.metadata.max-schema-version", maxSchemaVersion,
					"the version of a migration, such as '12' or '3.1'");
			PropertyChecks.isTrue(maxSchemaVersion == null || watchSchema, "startgate.metadata.max-schema-version",
					maxSchemaVersion,
					"a version only together with 'startgate.metadata.watch-schema=true', or remove it");
			for (int n = 0; n < http.size(); n++) {
				http.get(n).check("startgate.metadata.http[" + n + "]", timeout);
			}
			for (int n = 0; n < sql.size(); n++) {
				sql.get(n).check("startgate.metadata.sql[" + n + "]", timeout);
			}
		}
	}

	/**
	 * A settle condition that asks an address.
	 *
	 * @param name Name shown while it is waited for. Required.
	 * @param url Address that is asked with GET. Required.
	 * @param expectStatus Status that means settled.
	 * @param timeout Maximum time for one answer.
	 * @param stableFor Time for which the condition must hold without interruption. By
	 * default that of all conditions.
	 */
	public record HttpCondition(@Nullable String name, @Nullable URI url, @DefaultValue("200") int expectStatus,
			@DefaultValue("5s") Duration timeout, @Nullable Duration stableFor) {

		void check(String property, Duration all) {
			PropertyChecks.isTrue(name != null && !name.isBlank(), property + ".name", name, "a name for people");
			PropertyChecks.isTrue(
					url != null && url.getHost() != null
							&& ("http".equals(url.getScheme()) || "https".equals(url.getScheme())),
					property + ".url", url, "an address that begins with http:// or https://");
			PropertyChecks.isTrue(expectStatus >= 100 && expectStatus <= 599, property + ".expect-status", expectStatus,
					"a status between 100 and 599");
			SqlCondition.checkTimes(property, timeout, stableFor, all);
		}

	}

	/**
	 * A settle condition that runs a query.
	 *
	 * @param name Name shown while it is waited for. Required.
	 * @param query Query that returns one row, whose first column is true or 1 when
	 * settled. Required.
	 * @param dataSource Name of the DataSource bean. By default the only or primary one.
	 * @param timeout Maximum time for one answer.
	 * @param stableFor Time for which the condition must hold without interruption. By
	 * default that of all conditions.
	 */
	public record SqlCondition(@Nullable String name, @Nullable String query, @Nullable String dataSource,
			@DefaultValue("5s") Duration timeout, @Nullable Duration stableFor) {

		void check(String property, Duration all) {
			PropertyChecks.isTrue(name != null && !name.isBlank(), property + ".name", name, "a name for people");
			PropertyChecks.isTrue(query != null && !query.isBlank(), property + ".query", query,
					"a query that returns true or 1 when settled");
			checkTimes(property, timeout, stableFor, all);
		}

		static void checkTimes(String property, Duration timeout, @Nullable Duration stableFor, Duration all) {
			PropertyChecks.isTrue(timeout.compareTo(Duration.ofMillis(1)) >= 0, property + ".timeout", timeout,
					"1ms or more");
			PropertyChecks.isTrue(stableFor == null || (!stableFor.isNegative() && stableFor.compareTo(all) < 0),
					property + ".stable-for", stableFor, "0s or more, and shorter than startgate.metadata.timeout");
		}

	}

	/**
	 * Settings for what waits until the gate is open.
	 *
	 * @param include Names of additional lifecycle beans to start only once the gate is
	 * open. Listener containers, schedulers and other well-known beans are deferred
	 * without it.
	 * @param exempt Names of lifecycle beans to start without waiting for the gate.
	 */
	public record Defer(@DefaultValue Set<String> include, @DefaultValue Set<String> exempt) {

		static final Defer DEFAULTS = new Defer(Set.of(), Set.of());

		public Defer {
			for (String name : include) {
				PropertyChecks.isTrue(!exempt.contains(name), "startgate.defer.include", name,
						"names that are not in startgate.defer.exempt");
			}
		}

	}

	/**
	 * Settings for requests before the gate is open.
	 *
	 * @param rejectUntilOpen Whether to answer requests with 503 until the gate is open.
	 * By default only if migrations run after the web server has started.
	 * @param exemptPaths Patterns of paths, such as '/engine/**'. Requests to these paths
	 * reach the application before the gate is open. Requests to management paths always
	 * do.
	 */
	public record Web(@Nullable Boolean rejectUntilOpen, @DefaultValue List<String> exemptPaths) {

		static final Web DEFAULTS = new Web(null, List.of());

		public Web {
			for (String path : exemptPaths) {
				PropertyChecks.isPathPattern("startgate.web.exempt-paths", path);
			}
		}

	}

	/**
	 * Settings for preconditions of single migrations.
	 *
	 * @param locations Locations of the SQL files that are asked just before the
	 * migration whose version they have, written as those of Flyway.
	 */
	public record Preconditions(@DefaultValue("classpath:db/preconditions") List<String> locations) {

		static final Preconditions DEFAULTS = new Preconditions(List.of("classpath:db/preconditions"));

		public Preconditions {
			check("startgate.preconditions.locations", locations);
		}

		static void check(String property, List<String> locations) {
			String expected = "a folder that begins with 'classpath:' or 'filesystem:'";
			// an unset variable must not switch the preconditions off
			PropertyChecks.isTrue(!locations.isEmpty(), property, "", expected);
			for (String location : locations) {
				PropertyChecks.isTrue(location.matches("(classpath:|filesystem:)[^*]+"), property, location, expected);
			}
		}

	}

	/**
	 * Settings for the second history: migrations of what is in the tables.
	 *
	 * @param locations Locations of the data migrations, written as those of Flyway. They
	 * run after those of the schema, under the same lock.
	 * @param table Name of the history table of the data migrations.
	 * @param preconditions Locations of the SQL files that are asked just before the data
	 * migration whose version they have.
	 */
	public record DataMigrations(@DefaultValue List<String> locations,
			@DefaultValue("flyway_data_history") String table,
			@DefaultValue("classpath:db/data-preconditions") List<String> preconditions) {

		static final DataMigrations DEFAULTS = new DataMigrations(List.of(), "flyway_data_history",
				List.of("classpath:db/data-preconditions"));

		public DataMigrations {
			PropertyChecks.isTrue(!table.isBlank(), "startgate.data-migrations.table", table, "the name of a table");
			Preconditions.check("startgate.data-migrations.preconditions", preconditions);
		}

	}

	/**
	 * Settings for repeatable migrations.
	 *
	 * @param applyOlder Whether to apply repeatable migrations over those of a newer
	 * replica: one that brings newer versions, or a newer build.
	 * @param buildNumber Number that grows with each build of the application. Tells
	 * which of two builds with the same versions is older. Without it, Startgate compares
	 * the times of the builds, if there is a 'build-info.properties'.
	 */
	public record Repeatable(@DefaultValue("false") boolean applyOlder, @Nullable Long buildNumber) {

		static final Repeatable DEFAULTS = new Repeatable(false, null);

		public Repeatable {
			PropertyChecks.isTrue(buildNumber == null || buildNumber >= 0, "startgate.repeatable.build-number",
					buildNumber, "a number that is not negative, and that grows with each build");
		}

	}

	/**
	 * Settings for work that failed with a transient failure.
	 *
	 * @param maxRetries Maximum number of retries of work that failed with a transient
	 * failure, such as a deadlock.
	 * @param delay Delay before the first retry. Doubled for each further one, and
	 * shortened at random by up to a half.
	 * @param maxDelay Maximum delay before a retry. Not shorter than 'delay'.
	 */
	public record Retry(@DefaultValue("5") long maxRetries, @DefaultValue("200ms") Duration delay,
			@DefaultValue("5s") Duration maxDelay) {

		static final Retry DEFAULTS = new Retry(5, Duration.ofMillis(200), Duration.ofSeconds(5));

		public Retry {
			PropertyChecks.isTrue(maxRetries >= 0, "startgate.retry.max-retries", maxRetries, "0 or more");
			PropertyChecks.isTrue(delay.toMillis() > 0, "startgate.retry.delay", delay, "1ms or more");
			PropertyChecks.isTrue(maxDelay.compareTo(delay) >= 0, "startgate.retry.max-delay", maxDelay,
					"startgate.retry.delay or more");
		}

		RetryPolicy retries() {
			return new RetryPolicy(this.maxRetries, this.delay, this.maxDelay);
		}

	}

	/**
	 * Settings for a replica that migrates and ends.
	 *
	 * @param timeout Maximum time that a replica in mode 'migrate-and-exit' or 'rehearse'
	 * takes, waiting included, before it gives up and exits with 1. Counted from the
	 * creation of the first beans. Must be longer than the longest migration. By default
	 * there is no limit.
	 */
	public record Exit(@Nullable Duration timeout) {

		static final Exit DEFAULTS = new Exit(null);

		public Exit {
			PropertyChecks.isTrue(timeout == null || (!timeout.isNegative() && !timeout.isZero()),
					"startgate.exit.timeout", timeout, "more than 0s");
		}

	}

	/**
	 * Settings for statements that take strong locks on tables.
	 *
	 * @param lockTimeout Maximum time that such a statement of a migration waits for its
	 * locks at a time. Then it steps back, lets traffic through, and tries again. On
	 * MySQL and MariaDB in whole seconds. With 0 the database alone decides.
	 * @param giveUpAfter Time after which a statement that could not get its locks is not
	 * tried again, and the start fails. Not shorter than 'lock-timeout'.
	 */
	public record Ddl(@DefaultValue("5s") Duration lockTimeout, @DefaultValue("10m") Duration giveUpAfter) {

		static final Ddl DEFAULTS = new Ddl(Duration.ofSeconds(5), Duration.ofMinutes(10));

		public Ddl {
			PropertyChecks.isTrue(!lockTimeout.isNegative(), "startgate.ddl.lock-timeout", lockTimeout, "0s or more");
			PropertyChecks.isTrue(giveUpAfter.compareTo(lockTimeout) >= 0, "startgate.ddl.give-up-after", giveUpAfter,
					"startgate.ddl.lock-timeout or more");
		}

		DdlPatience patience() {
			return new DdlPatience(this.lockTimeout, this.giveUpAfter);
		}

	}

}
