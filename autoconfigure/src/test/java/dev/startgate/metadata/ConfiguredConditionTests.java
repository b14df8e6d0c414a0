package dev.startgate.metadata;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.HttpStandIn;
import dev.startgate.testing.HttpStandIn.Answer;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanDefinitionCustomizer;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Conditions by property.
 */
class ConfiguredConditionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(BootAutoConfigurations.with())
		.withPropertyValues("spring.datasource.generate-unique-name=true", "spring.flyway.locations=classpath:db/jpa",
				"startgate.metadata.poll-interval=20ms");

	@Test
	void anAddressIsAskedUntilItAnswersAsExpected() {
		AtomicInteger asked = new AtomicInteger();
		List<String> requests = new CopyOnWriteArrayList<>();
		CountDownLatch never = new CountDownLatch(1);
		try (HttpStandIn server = new HttpStandIn((request) -> {
			requests.add(request);
			return switch (asked.incrementAndGet()) {
				case 1 -> new Answer(503, "starting");
				case 2 -> hang(never);
				case 3 -> new Answer(200, "not yet");
				default -> new Answer(204, "");
			};
		})) {
			http(server.url() + "/health?strict=true", "startgate.metadata.http[0].expect-status=204",
					"startgate.metadata.http[0].timeout=300ms")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(requests).hasSizeGreaterThanOrEqualTo(4)
				.allMatch((request) -> request.equals("/health?strict=true "));
			never.countDown();
		}
	}

	@Test
	void whatTheAddressAnsweredLastIsNamedInTheFailure() {
		try (HttpStandIn server = new HttpStandIn((request) -> new Answer(503, "starting"))) {
			http(server.url(), "startgate.metadata.timeout=5s").run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).hasStackTraceContaining("'search' (status 503 instead of 200)");
			});
		}
	}

	@Test
	void aQueryIsSettledByTrueOrOneAndByNothingElse() throws SQLException {
		PostgresDatabase database = PostgresDatabase.create();
		database.jdbc().execute("create table parcel (id int)");
		for (String query : List.of("select true", "select count(*) = 0 from parcel", "select 1")) {
			assertThat(condition(database, query).settled().isDone()).as(query).isTrue();
		}
		for (String value : List.of("false", "2", "null", "'true'")) {
			assertThat(condition(database, "select " + value).settled())
				.hasToString("the query returned '" + value.replace("'", "") + "' instead of true or 1");
		}
		assertThat(condition(database, "select id from parcel").settled()).hasToString("the query returned no row");
		assertThat(condition(database, "select 1 union all select 1").settled())
			.hasToString("the query returned more than one row");
		for (String query : List.of("select * from nowhere", "select pg_sleep(9)")) {
			assertThatExceptionOfType(SQLException.class).as(query)
				.isThrownBy(() -> condition(database, query).settled());
		}
	}

	private static SqlCondition condition(PostgresDatabase database, String query) {
		return new SqlCondition("rows", query, Duration.ofSeconds(1), null, database.dataSource());
	}

	@Test
	void aQueryThatDoesNotSettleIsNamedInTheFailure() {
		sql(PostgresDatabase.create(), "select false").withPropertyValues("startgate.metadata.timeout=200ms")
			.run((context) -> {
				assertThat(context).hasFailed();
				assertThat(context.getStartupFailure()).hasStackTraceContaining("Not settled within")
					.hasStackTraceContaining("'rows'");
			});
	}

	@Test
	void aDataSourceThatIsNotThereIsNamedBeforeAnythingIsDone() {
		PostgresDatabase database = PostgresDatabase.create();
		sql(database, "select 1").withPropertyValues("startgate.metadata.sql[0].data-source=orders").run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("startgate.metadata.sql[0].data-source with value 'orders' is invalid")
				.hasMessageContaining("[dataSource]");
		});
		assertThat(database.jdbc().queryForList("select * from pg_tables where schemaname = 'public'")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "startgate.metadata.sql[0].data-source=startgateGate, startgateGate", "irrelevant=, null" })
	void aDataSourceThatIsNoneOrOneOfSeveralIsNamedBeforeAnythingIsDone(String property, String value) {
		PostgresDatabase database = PostgresDatabase.create();
		several(database, (second) -> {
		}).withPropertyValues(property).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("startgate.metadata.sql[0].data-source with value '" + value + "' is invalid")
				.hasMessageContaining("[first, second]");
		});
		assertThat(database.jdbc().queryForList("select * from pg_tables where schemaname = 'public'")).isEmpty();
	}

	@Test
	void withoutAnyDataSourceAQueryFailsBeforeAnythingIsDone() {
		PostgresDatabase database = PostgresDatabase.create();
		Class<?>[] others = Arrays.stream(Configurations.getClasses(BootAutoConfigurations.with()))
			.filter((one) -> one != DataSourceAutoConfiguration.class)
			.toArray(Class<?>[]::new);
		ApplicationContextRunner without = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(others))
			.withPropertyValues("spring.flyway.locations=classpath:db/jpa");
		flyway(sql(without, database, "select 1"), database).run((context) -> assertThat(context).getFailure()
			.rootCause()
			.hasMessageContaining("startgate.metadata.sql[0].data-source with value 'null' is invalid"));
		assertThat(database.jdbc().queryForList("select * from pg_tables where schemaname = 'public'")).isEmpty();
	}

	@Test
	void ofSeveralDataSourcesTheOneThatSpringPrefersIsAsked() {
		List<BeanDefinitionCustomizer> preferences = List.of((second) -> second.setPrimary(true),
				(second) -> second.setFallback(true), (second) -> second.setAutowireCandidate(false),
				(second) -> ((AbstractBeanDefinition) second).setDefaultCandidate(false));
		for (BeanDefinitionCustomizer preference : preferences) {
			several(PostgresDatabase.create(), preference).run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void aDataSourceBesideOneOfTheParentIsTheOnlyOne() {
		PostgresDatabase database = PostgresDatabase.create();
		try (GenericApplicationContext parent = new GenericApplicationContext()) {
			parent.registerBean("parent", DataSource.class, database::dataSource);
			parent.refresh();
			flyway(sql(database, "select 1"), database).withParent(parent)
				.withBean("own", DataSource.class, database::dataSource)
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void aDataSourceOfWhichOnlyTheBeanTellsTheTypeIsAsked() {
		PostgresDatabase database = PostgresDatabase.create();
		several(database, (second) -> second.setPrimary(true)).withBean("late", Object.class, database::dataSource)
			.withPropertyValues("startgate.metadata.sql[0].data-source=late")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner several(PostgresDatabase database, BeanDefinitionCustomizer second) {
		return flyway(sql(database, "select 1"), database).withBean("first", DataSource.class, database::dataSource)
			.withBean("second", DataSource.class, database::dataSource, second);
	}

	private static ApplicationContextRunner flyway(ApplicationContextRunner runner, PostgresDatabase database) {
		return runner.withPropertyValues("spring.flyway.url=" + database.url(), "spring.flyway.user=postgres");
	}

	private ApplicationContextRunner http(String url, String... properties) {
		return this.runner
			.withPropertyValues("startgate.metadata.http[0].name=search", "startgate.metadata.http[0].url=" + url)
			.withPropertyValues(properties);
	}

	private ApplicationContextRunner sql(PostgresDatabase database, String query) {
		return sql(this.runner, database, query);
	}

	private static ApplicationContextRunner sql(ApplicationContextRunner runner, PostgresDatabase database,
			String query) {
		return runner.withPropertyValues(database.properties())
			.withPropertyValues("spring.datasource.generate-unique-name=false", "startgate.metadata.sql[0].name=rows",
					"startgate.metadata.sql[0].query=" + query);
	}

	private static Answer hang(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return new Answer(200, "late");
	}

}
