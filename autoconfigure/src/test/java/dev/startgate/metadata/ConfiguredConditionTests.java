package dev.startgate.metadata;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.HttpStandIn;
import dev.startgate.testing.HttpStandIn.Answer;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

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

	private ApplicationContextRunner http(String url, String... properties) {
		return this.runner
			.withPropertyValues("startgate.metadata.http[0].name=search", "startgate.metadata.http[0].url=" + url)
			.withPropertyValues(properties);
	}

	private ApplicationContextRunner sql(PostgresDatabase database, String query) {
		return this.runner.withPropertyValues(database.properties())
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
