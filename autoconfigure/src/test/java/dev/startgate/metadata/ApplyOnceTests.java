package dev.startgate.metadata;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.MetadataSource;
import dev.startgate.Precondition;
import dev.startgate.SettleCondition;
import dev.startgate.Settlement;
import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.FailureAnalyses;
import dev.startgate.testing.PostgresDatabase;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.support.BeanDefinitionBuilder;
import org.springframework.beans.factory.support.BeanDefinitionReaderUtils;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Metadata is applied once per version, before or after the migrations.
 */
@Tag("long")
class ApplyOnceTests {

	private static final String TABLES = "select count(*) from pg_tables where tablename = 'parcel'";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final List<String> events = new CopyOnWriteArrayList<>();

	private ApplicationContextRunner runner;

	@BeforeEach
	void setUp() {
		this.runner = new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties())
			.withPropertyValues("spring.flyway.locations=classpath:db/jpa", "startgate.metadata.poll-interval=10ms");
	}

	@Test
	void oncePerVersionAcrossReplicasAndStarts() {
		Source source = new Source("1", MetadataSource.Phase.AFTER_MIGRATIONS);
		CompletableFuture<?>[] replicas = Stream.generate(() -> CompletableFuture.runAsync(() -> start(source)))
			.limit(3)
			.toArray(CompletableFuture[]::new);
		CompletableFuture.allOf(replicas).join();
		start(source);
		assertThat(this.events).containsOnlyOnce("apply 1 on 1 tables").hasSize(1 + 4);
		start(new Source("2", MetadataSource.Phase.AFTER_MIGRATIONS));
		start(new Source("2", MetadataSource.Phase.AFTER_MIGRATIONS));
		assertThat(this.events).filteredOn((event) -> event.startsWith("apply"))
			.containsExactly("apply 1 on 1 tables", "apply 2 on 1 tables");
	}

	@Test
	void beforeTheFirstMigrationAndSettledBeforeIt() {
		start(new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS));
		assertThat(this.events).startsWith("apply 1 on 0 tables", "settled on 0 tables");
		start(new Source("2", MetadataSource.Phase.BEFORE_MIGRATIONS));
		assertThat(this.events).contains("apply 2 on 1 tables");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void beforeTheFirstMigrationAlsoIfTheApplicationMigratesOnceMoreAfterAFailure(boolean again) {
		Source source = new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS);
		source.failure = new IllegalStateException("no engine");
		this.runner.withUserConfiguration(TryingAgain.class)
			.withPropertyValues("again=" + again)
			.withBean("source", Source.class, () -> source)
			.run((context) -> {
				if (again) {
					assertThat(context).hasNotFailed();
				}
				else {
					assertThat(context).getFailure().hasRootCauseInstanceOf(UnusableMetadataSourceException.class);
				}
			});
		assertThat(this.events).filteredOn((event) -> event.startsWith("apply"))
			.hasSize(again ? 2 : 1)
			.containsOnly("apply 1 on 0 tables");
		assertThat(tables()).isEqualTo(again ? 1 : 0);
	}

	@Test
	void alsoWhereNothingMigrates() {
		this.runner = this.runner.withPropertyValues("spring.flyway.enabled=false");
		start(new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS));
		start(new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS));
		assertThat(this.events).startsWith("apply 1 on 0 tables", "settled on 0 tables")
			.filteredOn((event) -> event.startsWith("apply"))
			.hasSize(1);
	}

	/**
	 * Before the migrations, nobody can see that the bean is a metadata source.
	 */
	@Test
	void notAfterTheMigrationsIfItIsToBeAppliedBefore() {
		Source source = new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS);
		this.runner
			.withBean("source", SettleCondition.class, () -> source,
					(definition) -> definition.setDependsOn("flywayInitializer"))
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains("'engine'", "had run when it was found");
				assertThat(analysis.getAction()).contains("MetadataSource");
			});
		assertThat(this.events).isEmpty();
	}

	/**
	 * Such a failure says nothing about Startgate's own connection, which answers.
	 */
	@Test
	void onceIfAnotherDatabaseCanNotBeReached() {
		Source failing = new Source("1", MetadataSource.Phase.AFTER_MIGRATIONS);
		failing.failure = new SQLException("the warehouse is down", "08001");
		this.runner.withBean("source", MetadataSource.class, () -> failing).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).hasRootCauseInstanceOf(SQLException.class)
				.hasStackTraceContaining("Could not apply version '1' of metadata 'engine'");
		});
		assertThat(this.events).hasSize(1);
	}

	@Test
	void notRecordedIfItFails() {
		Source failing = new Source("1", MetadataSource.Phase.AFTER_MIGRATIONS);
		failing.failure = new IllegalStateException("no engine");
		this.runner.withBean("source", MetadataSource.class, () -> failing).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause().hasMessage("no engine");
			assertThat(context.getStartupFailure()).hasStackTraceContaining("'engine'");
		});
		assertThat(this.database.jdbc().queryForList("select * from startgate_record where kind = 'metadata'"))
			.isEmpty();
		assertThat(this.database.jdbc().queryForObject("select to_regclass('left_behind')::text", String.class))
			.isNull();
		start(new Source("1", MetadataSource.Phase.AFTER_MIGRATIONS));
		assertThat(this.events).contains("apply 1 on 1 tables");
	}

	@Test
	void onceAlsoIfItEndsAllSessionsOfTheDatabase() {
		Source source = new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS) {

			@Override
			public void apply(Connection connection) {
				ApplyOnceTests.this.events.add("apply");
				ApplyOnceTests.this.database.jdbc()
					.queryForList("select pg_terminate_backend(pid) from pg_stat_activity"
							+ " where datname = current_database() and pid <> pg_backend_pid()");
			}

		};
		start(source);
		assertThat(this.events).containsOnlyOnce("apply");
		assertThat(this.database.history()).containsExactly("1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "idle_in_transaction_session_timeout", "transaction_timeout" })
	void onceAlsoIfItTakesLongerThanATransactionMay(String limit) {
		assumeThat(this.database.jdbc().queryForObject("select current_setting(?, true)", String.class, limit))
			.as("before PostgreSQL 17 there is one only")
			.isNotNull();
		this.database.jdbc().execute("alter database " + this.database.name() + " set " + limit + " = 2000");
		Source source = new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS) {

			@Override
			public void apply(Connection connection) {
				ApplyOnceTests.this.events.add("apply");
				Awaitility.await().until(() -> idle() == 0);
			}

		};
		start(source);
		start(source);
		assertThat(this.events).containsOnlyOnce("apply");
	}

	/**
	 * The file of a dump changes the search path like this.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "startgate.tables.prefix=startgate_", "startgate.tables.schema=apart" })
	void onceAlsoIfItChangesTheSearchPath(String tables) {
		this.database.jdbc().execute("create schema apart");
		this.runner = this.runner.withPropertyValues(tables);
		Source source = new Source("1", MetadataSource.Phase.BEFORE_MIGRATIONS) {

			@Override
			public void apply(Connection connection) throws Exception {
				super.apply(connection);
				new JdbcTemplate(new SingleConnectionDataSource(connection, true))
					.queryForList("select pg_catalog.set_config('search_path', '', false)");
			}

		};
		start(source);
		start(source);
		assertThat(this.events).filteredOn((event) -> event.startsWith("apply")).hasSize(1);
	}

	@Test
	void onceAlsoIfItLeavesAutoCommitOn() {
		Source source = new Source("1", MetadataSource.Phase.AFTER_MIGRATIONS) {

			@Override
			public void apply(Connection connection) throws Exception {
				super.apply(connection);
				connection.setAutoCommit(true);
			}

		};
		start(source);
		start(source);
		assertThat(this.events).filteredOn((event) -> event.startsWith("apply")).hasSize(1);
	}

	private int idle() {
		return this.database.jdbc()
			.queryForObject("select count(*) from pg_stat_activity where state = 'idle in transaction'"
					+ " and datname = current_database()", Integer.class);
	}

	@ParameterizedTest
	@MethodSource
	void isNotAppliedIfItCanNotBeRecorded(String name, Supplier<String> version, String problem,
			MetadataSource.Phase phase, List<String> migrated) {
		Source source = new Source("1", phase) {

			@Override
			public String name() {
				return name;
			}

			@Override
			public String version() {
				return version.get();
			}

		};
		this.runner.withBean("fine", MetadataSource.class, () -> new Source("1", phase))
			.withBean("source", MetadataSource.class, () -> source)
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = FailureAnalyses.of(context.getStartupFailure());
				assertThat(analysis.getDescription()).startsWith("The metadata source '")
					.contains(problem)
					.hasSizeLessThan(300);
			});
		assertThat(this.events).isEmpty();
		assertThat(this.database.jdbc().queryForObject(TABLES, Integer.class)).isEqualTo(migrated.size());
	}

	static Stream<Arguments> isNotAppliedIfItCanNotBeRecorded() {
		MetadataSource.Phase before = MetadataSource.Phase.BEFORE_MIGRATIONS;
		MetadataSource.Phase after = MetadataSource.Phase.AFTER_MIGRATIONS;
		Supplier<String> one = () -> "1";
		Supplier<String> broken = () -> {
			throw new IllegalStateException("no file");
		};
		return Stream.of(Arguments.of("x".repeat(191), one, "its name has 191 characters", after, List.of()),
				Arguments.of(null, one, "its name is empty", after, List.of()),
				Arguments.of("engine", one, "another source has that name, too", after, List.of()),
				Arguments.of("Engine", one, "another source has that name, too", before, List.of()),
				Arguments.of("other", broken,
						"'other' can't be used: its version can't be found out:"
								+ " java.lang.IllegalStateException: no file",
						before, List.of()),
				Arguments.of("other", broken, "no file", after, List.of("1")),
				Arguments.of("other", (Supplier<String>) () -> null, "its version is empty", after, List.of("1")),
				Arguments.of("other", (Supplier<String>) () -> "x".repeat(5000), "its version has 5000 characters",
						after, List.of("1")));
	}

	@Test
	void theLongestVersionIsRecorded() {
		Source source = new Source("x".repeat(900), MetadataSource.Phase.AFTER_MIGRATIONS) {

			@Override
			public long order() {
				return Long.MIN_VALUE;
			}

		};
		start(source);
		start(source);
		assertThat(this.events).filteredOn((event) -> event.startsWith("apply")).hasSize(1);
	}

	/**
	 * As with {@code @RefreshScope}.
	 */
	@ParameterizedTest
	@EnumSource
	void onceAlsoBehindAScopedProxy(MetadataSource.Phase phase) throws Exception {
		Precondition precondition = mock(Precondition.class);
		this.runner.withInitializer((context) -> {
			context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
			scoped(context, MetadataSource.class, () -> new Source("1", phase));
			scoped(context, Precondition.class, () -> precondition);
		}).run((context) -> assertThat(context).hasNotFailed());
		assertThat(this.events).filteredOn((event) -> event.startsWith("apply")).hasSize(1);
		verify(precondition).violations(any(), any());
	}

	private static <T> void scoped(ApplicationContext context, Class<T> type, Supplier<T> bean) {
		BeanDefinitionRegistry registry = (BeanDefinitionRegistry) context;
		BeanDefinition target = BeanDefinitionBuilder.genericBeanDefinition(type, bean)
			.setScope("thread")
			.getBeanDefinition();
		BeanDefinitionHolder proxy = ScopedProxyUtils
			.createScopedProxy(new BeanDefinitionHolder(target, type.getSimpleName()), registry, true);
		BeanDefinitionReaderUtils.registerBeanDefinition(proxy, registry);
	}

	private void start(Source source) {
		this.runner.withBean("source", MetadataSource.class, () -> source).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
		});
	}

	private int tables() {
		return this.database.jdbc().queryForObject(TABLES, Integer.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class TryingAgain {

		@Bean
		Flyway flyway(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).locations("classpath:db/jpa").load();
		}

		@Bean
		InitializingBean migrating(Flyway flyway, Source source, @Value("${again}") boolean again) {
			return () -> {
				assertThatException().isThrownBy(flyway::migrate).havingRootCause().withMessage("no engine");
				source.failure = null;
				if (again) {
					flyway.migrate();
				}
			};
		}

	}

	private class Source implements MetadataSource {

		private final String version;

		private final Phase phase;

		private Exception failure;

		private Source(String version, Phase phase) {
			this.version = version;
			this.phase = phase;
		}

		@Override
		public String name() {
			return "engine";
		}

		@Override
		public String version() {
			return this.version;
		}

		@Override
		public Phase phase() {
			return this.phase;
		}

		@Override
		public void apply(Connection connection) throws Exception {
			JdbcTemplate jdbc = new JdbcTemplate(new SingleConnectionDataSource(connection, true));
			ApplyOnceTests.this.events
				.add("apply " + this.version + " on " + jdbc.queryForObject(TABLES, Integer.class) + " tables");
			if (this.failure != null) {
				jdbc.execute("create table left_behind (id int)");
				throw this.failure;
			}
		}

		@Override
		public Settlement settled() {
			ApplyOnceTests.this.events.add("settled on " + tables() + " tables");
			return Settlement.done();
		}

	}

}
