package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.sql.Causes;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.FlywayExecutor;
import org.flywaydb.core.api.ClassProvider;
import org.flywaydb.core.api.CoreMigrationType;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.Location;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.configuration.ClassicConfiguration;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resolver.ResolvedMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.flywaydb.core.extensibility.AppliedMigration;
import org.flywaydb.core.extensibility.Plugin;
import org.flywaydb.core.internal.callback.SimpleContext;
import org.flywaydb.core.internal.command.DbMigrate;
import org.flywaydb.core.internal.configuration.ConfigurationValidator;
import org.flywaydb.core.internal.configuration.models.DataSourceModel;
import org.flywaydb.core.internal.configuration.models.ResolvedEnvironment;
import org.flywaydb.core.internal.database.DatabaseTypeRegister;
import org.flywaydb.core.internal.database.base.Database;
import org.flywaydb.core.internal.exception.FlywayMigrateException;
import org.flywaydb.core.internal.exception.FlywaySqlException;
import org.flywaydb.core.internal.info.MigrationInfoImpl;
import org.flywaydb.core.internal.jdbc.TransactionalExecutionTemplate;
import org.flywaydb.core.internal.license.VersionPrinter;
import org.flywaydb.core.internal.logging.EvolvingLog;
import org.flywaydb.core.internal.parser.ParsingContext;
import org.flywaydb.core.internal.resolver.ChecksumCalculator;
import org.flywaydb.core.internal.resolver.sql.SqlMigrationExecutor;
import org.flywaydb.core.internal.resource.ResourceName;
import org.flywaydb.core.internal.resource.ResourceNameParser;
import org.flywaydb.core.internal.resource.StringResource;
import org.flywaydb.core.internal.scanner.Scanner;
import org.flywaydb.core.internal.schemahistory.SchemaHistory;
import org.flywaydb.core.internal.sqlscript.SqlStatementIterator;
import org.flywaydb.core.internal.util.AbbreviationUtils;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeansException;
import org.springframework.beans.DirectFieldAccessor;

/**
 * Contains every use of Flyway's internal packages, which may change with any version.
 */
final class FlywayInternals {

	/** The classes that log about the database. */
	static final Set<Class<?>> DATABASE = Set.of(FlywayExecutor.class, Database.class);

	/** The classes that log about the database and about migrations that are run. */
	static final Set<Class<?>> WORK = Set.of(FlywayExecutor.class, Database.class, DbMigrate.class);

	private static final String NO_VERSION = "Unable to determine version from ''";

	private FlywayInternals() {
	}

	static String version() {
		return VersionPrinter.getVersion();
	}

	/**
	 * Return the log of a class of Flyway, without Flyway's own wrapper around it.
	 */
	static Log log(Class<?> type) {
		return ((EvolvingLog) LogFactory.getLog(type)).getLog();
	}

	/**
	 * Find the failure of a migration.
	 */
	static Optional<FailedMigration> failedMigration(@Nullable Throwable failure) {
		return Causes.first(failure, FlywayMigrateException.class)
			.map((found) -> new FailedMigration(found.getMigration(), found.getLineNumber(),
					found.isExecutableInTransaction(), found));
	}

	/**
	 * Return a failure as Flyway itself reports a failure of the database.
	 */
	static FlywayException databaseFailure(String what, SQLException cause) {
		return new FlywaySqlException(what, cause);
	}

	/**
	 * Call Flyway so that it fails with the failure of the database. On MySQL and MariaDB
	 * Flyway hides that its connection broke while it asked for the version of the
	 * server, and complains about the version that is missing.
	 */
	static <T> T call(Supplier<T> call) {
		try {
			return call.get();
		}
		catch (FlywayException ex) {
			throw !NO_VERSION.equals(ex.getMessage()) ? ex
					: databaseFailure("Unable to ask for the version of the server",
							new SQLException("The connection broke", "08006", ex));
		}
	}

	/**
	 * Return whether the call comes from the class that ends Flyway's transactions.
	 */
	static boolean isEndOfTransaction() {
		return StackWalker.getInstance()
			.walk((frames) -> frames.map(StackWalker.StackFrame::getClassName)
				.filter((name) -> !name.startsWith("dev.startgate.") && !name.contains("$Proxy"))
				.findFirst()
				.equals(Optional.of(TransactionalExecutionTemplate.class.getName())));
	}

	/**
	 * Refuse a configuration that {@code migrate()} would refuse.
	 */
	static void validate(Configuration configuration) {
		new ConfigurationValidator().validate(configuration);
	}

	/**
	 * Return the context that Flyway passes to a callback before there is a connection.
	 */
	static Context context(Configuration configuration) {
		return new SimpleContext(configuration);
	}

	static <T extends Plugin> T plugin(Configuration configuration, Class<T> type) {
		return configuration.getPluginRegister().getExact(type);
	}

	static <T extends Plugin> List<T> plugins(Configuration configuration, Class<T> type) {
		return configuration.getPluginRegister().getInstancesOf(type);
	}

	/**
	 * Return a description as the history keeps it.
	 */
	static String abbreviated(String description) {
		return AbbreviationUtils.abbreviateDescription(description);
	}

	/**
	 * Return the two sides of a migration that is applied and has a file.
	 */
	static Optional<Sides> sides(MigrationInfo migration) {
		return (migration instanceof MigrationInfoImpl own && own.getResolvedMigration() != null
				&& own.getAppliedMigration() != null)
						? Optional.of(new Sides(own.getResolvedMigration(), own.getAppliedMigration()))
						: Optional.empty();
	}

	/**
	 * Flyway's types for this differ by version, so the text is compared.
	 */
	static boolean isClassPath(Location location) {
		return location.getDescriptor().startsWith("classpath:");
	}

	static boolean isFileSystem(Location location) {
		return location.getDescriptor().startsWith("filesystem:");
	}

	/**
	 * Return whether a migration has a file or a class.
	 */
	static boolean isResolved(MigrationInfo migration) {
		return !(migration instanceof MigrationInfoImpl own) || own.getResolvedMigration() != null;
	}

	/**
	 * Return whether Flyway itself executes the statements of a migration. A resolver of
	 * the application may call its migrations scripts, too.
	 */
	static boolean isScript(MigrationInfo migration) {
		return migration.getType() == CoreMigrationType.SQL && migration instanceof MigrationInfoImpl own
				&& own.getResolvedMigration() != null
				&& own.getResolvedMigration().getExecutor() instanceof SqlMigrationExecutor;
	}

	/**
	 * Return whether a migration says that it is not to be executed.
	 */
	static boolean isLeftOut(MigrationInfo migration) {
		return migration instanceof MigrationInfoImpl own && Optional.ofNullable(own.getResolvedMigration())
			.map(ResolvedMigration::getExecutor)
			.filter((executor) -> !executor.shouldExecute())
			.isPresent();
	}

	/**
	 * Return whether a Flyway has already connected to its database, {@code false} if
	 * that can't be found out.
	 */
	static boolean hasRun(Flyway flyway) {
		try {
			Object executor = new DirectFieldAccessor(flyway).getPropertyValue("flywayExecutor");
			return executor != null && Boolean.TRUE
				.equals(new DirectFieldAccessor(executor).getPropertyValue("dbConnectionInfoPrinted"));
		}
		catch (BeansException ex) {
			return false;
		}
	}

	/**
	 * Return a configuration for a Flyway that only has to log as the application's does.
	 * It reuses the application's resolved environments: Flyway would resolve others at
	 * the cost of a whole look at the history.
	 */
	static Configuration forLogging(Configuration application) {
		ClassicConfiguration configuration = new ClassicConfiguration(application.getClassLoader()) {

			@Override
			public Map<String, ResolvedEnvironment> getCachedResolvedEnvironments() {
				return application.getCachedResolvedEnvironments();
			}

			@Override
			public Map<String, DataSourceModel> getCachedDataSources() {
				return application.getCachedDataSources();
			}

		};
		configuration.setLoggers(application.getLoggers());
		return configuration;
	}

	static ResourceProvider scan(Configuration configuration, Stream<Location> locations) {
		return new Scanner<>(JavaMigration.class, configuration, locations.toArray(Location[]::new));
	}

	static ClassProvider<JavaMigration> classes(Configuration configuration, Stream<Location> locations) {
		return new Scanner<>(JavaMigration.class, configuration, locations.toArray(Location[]::new));
	}

	/**
	 * Return a parser of file names, which returns empty for a file that is no migration.
	 * Creating a parser costs more than parsing a name.
	 */
	static Function<String, Optional<FileName>> fileNames(Configuration configuration) {
		ResourceNameParser parser = new ResourceNameParser(configuration);
		return (file) -> {
			ResourceName name = parser.parse(file);
			return name.isValid()
					? Optional.of(new FileName(name.getPrefix(), name.getVersion(), name.getDescription()))
					: Optional.empty();
		};
	}

	/**
	 * Run the statements that Flyway runs on each of its connections, split as Flyway's
	 * parser for the database splits them.
	 */
	static void initialize(Connection connection, Configuration configuration) throws SQLException {
		try (SqlStatementIterator statements = DatabaseTypeRegister
			.getDatabaseTypeForConnection(connection, configuration)
			.createSqlScriptFactory(configuration, new ParsingContext())
			.createSqlScript(new StringResource(configuration.getInitSql()), true, null)
			.getSqlStatements(); Statement statement = connection.createStatement()) {
			while (statements.hasNext()) {
				statement.execute(statements.next().getSql());
			}
		}
		catch (FlywaySqlException ex) {
			throw Causes.first(ex, SQLException.class).orElseThrow(() -> ex);
		}
	}

	static int checksum(LoadableResource file) {
		return ChecksumCalculator.calculate(file);
	}

	/**
	 * Return the schema of the history if it is missing, {@code null} if it exists.
	 */
	static @Nullable String missingSchema(Configuration configuration) {
		return new FlywayExecutor(configuration).execute((resolver, history, database, schema, schemas, callbacks,
				interceptor) -> schema.exists() ? null : schema.toString(), false, null);
	}

	/**
	 * Drop a history without migrations. If Flyway has created the schema, create the
	 * history again, with a baseline and with the row about that schema.
	 */
	static boolean dropEmptyHistory(Configuration configuration) {
		return new FlywayExecutor(configuration)
			.execute((resolver, history, database, schema, schemas, callbacks, interceptor) -> {
				List<AppliedMigration> rows = List.copyOf(history.allAppliedMigrations());
				if (history.exists() && rows.stream().allMatch((row) -> row.getInstalledRank() <= 0)) {
					history.drop();
					rows.stream()
						.filter((row) -> row.getType() == CoreMigrationType.SCHEMA)
						.forEach((row) -> createWith(row, history));
				}
				return true;
			}, false, null);
	}

	private static void createWith(AppliedMigration marker, SchemaHistory history) {
		history.create(true);
		history.addAppliedMigration(null, marker.getDescription(), marker.getType(), marker.getScript(), null, 0, true);
	}

	/**
	 * A migration as its file and the history describe it.
	 *
	 * @param resolved what the file says
	 * @param applied what is recorded
	 */
	record Sides(ResolvedMigration resolved, AppliedMigration applied) {
	}

	/**
	 * The parts of a file name.
	 *
	 * @param prefix its prefix
	 * @param version its version, {@code null} if it is repeatable
	 * @param description its description
	 */
	record FileName(String prefix, @Nullable MigrationVersion version, String description) {
	}

}
