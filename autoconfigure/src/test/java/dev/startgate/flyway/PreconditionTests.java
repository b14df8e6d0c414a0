package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.startgate.Precondition;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import dev.startgate.testing.WebModules;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Preconditions on a real database.
 */
@Tag("long")
@ExtendWith(OutputCaptureExtension.class)
class PreconditionTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void allViolationsAreCollectedAndNothingIsMigrated(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Violated.class))
			.havingRootCause()
			.isInstanceOf(PreconditionViolatedException.class);
		assertThat(output).contains("'orphans', 2 in all", "point 1 has no user", "point 2 has no user",
				"'versions', 1 in all", "pending: [1, 2, 3]");
		assertThat(this.database.history()).isEmpty();
	}

	@Test
	void oneThatThrowsIsNamed(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Throwing.class));
		assertThat(output)
			.contains("The precondition 'throws' of these migrations could not be asked: it is broken",
					"The precondition 'throws'")
			.doesNotContain("\tat ");
		assertThat(this.database.history()).isEmpty();
	}

	@Test
	void whereThereAreSeveralFlywaysItIsSaidForWhichTheyAre(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(ViolatedForTwo.class));
		assertThat(output).contains("Preconditions are violated for 'blue': orphans, versions",
				"The migrations were not started, because preconditions are violated for 'blue':");
		assertThatException().isThrownBy(() -> start(ThrowingForTwo.class));
		assertThat(output)
			.contains("The precondition 'throws' of these migrations of 'blue' could not be asked: it is broken");
	}

	/**
	 * The session can then be ended if the lease is lost while it asks.
	 */
	@Test
	void theSessionThatAsksIsThatOfTheHolder() {
		start(Recorded.class).close();
		assertThat(this.database.history()).containsExactly("1", "2", "3");
	}

	/**
	 * A holder may be held up while it asks. The database stops that holder at its first
	 * migration, whatever the holder believes.
	 */
	@Test
	void noMigrationBeginsOnceThereIsALaterHolder() {
		assertThatException().isThrownBy(() -> start(Overtaken.class))
			.havingRootCause()
			.isInstanceOf(LeaseLostException.class)
			.withMessageContaining("generation 99 has begun");
		assertThat(this.database.history()).isEmpty();
		assertThat(this.database.jdbc().queryForObject("select to_regclass('parcel')::text", String.class)).isNull();
	}

	@Test
	void whoIsBlockedAsksThemAgainWithoutTheLock(CapturedOutput output) {
		Counted.ASKED.set(0);
		Counted.violated = true;
		CompletableFuture<ConfigurableApplicationContext> started = CompletableFuture
			.supplyAsync(() -> start(Counted.class, "startgate.on-failure=stay-down"));
		Awaitility.await().until(() -> Counted.ASKED.get() >= 5);
		assertThat(this.database.generation()).isOne();
		assertThat(output.getAll().split(" and does the work", -1)).hasSize(2);
		Counted.violated = false;
		assertThat(started).succeedsWithin(PATIENCE);
		started.join().close();
		assertThat(this.database.generation()).isEqualTo(2);
		assertThat(output).contains("goes on by itself once this is resolved", "what blocked it is resolved");
	}

	@Test
	void isNotAskedIfNothingIsPending() {
		start(TestApplication.class).close();
		start(Violated.class).close();
		assertThat(this.database.history()).containsExactly("1", "2", "3");
	}

	@Test
	void thatDependsOnABeanWhichWaitsForTheMigrationsIsNamed(CapturedOutput output) {
		assertThatException().isThrownBy(() -> start(Waiting.class));
		assertThat(output).contains("The precondition 'needsJdbcTemplate' is needed before the migrations");
		assertThat(this.database.history()).isEmpty();
	}

	private ConfigurableApplicationContext start(Class<?> application, String... properties) {
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties(this.database.properties())
			.properties(properties)
			.properties("spring.flyway.locations=classpath:db/slow")
			.run();
	}

	private static int update(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			return statement.executeUpdate(sql);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Violated {

		@Bean
		Precondition orphans() {
			return new TestPrecondition("orphans", (connection, pending) -> {
				connection.createStatement().execute("create table left_behind (id int)");
				return List.of("point 1 has no user", "point 2 has no user");
			});
		}

		@Bean
		Precondition versions() {
			return new TestPrecondition("versions", (connection, pending) -> {
				assertThat(connection.getMetaData().getTables(null, null, "left_behind", null).next()).isFalse();
				return List.of("pending: " + pending.stream().map(MigrationInfo::getVersion).toList());
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Throwing {

		@Bean
		Precondition throwing() {
			return new TestPrecondition("throws", (connection, pending) -> {
				throw new IllegalStateException("it is broken");
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Counted {

		private static final AtomicInteger ASKED = new AtomicInteger();

		private static volatile boolean violated;

		@Bean
		Precondition counted() {
			return new TestPrecondition("counted", (connection, pending) -> {
				ASKED.incrementAndGet();
				return violated ? List.of("an orphan") : List.of();
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Recorded {

		@Bean
		Precondition recorded() {
			return new TestPrecondition("recorded",
					(connection,
							pending) -> update(connection,
									"update startgate_record set detail = detail where kind = 'session'"
											+ " and item like pg_backend_pid() || '@%'") == 1 ? List.of()
													: List.of("it is not"));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Overtaken {

		@Bean
		Precondition overtaken() {
			return new TestPrecondition("overtaken", (connection, pending) -> {
				update(connection, "update startgate_record set generation = 99 where kind = 'fence'");
				connection.commit();
				return List.of();
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Waiting {

		@Bean
		Precondition needsJdbcTemplate(JdbcTemplate jdbc) {
			return new TestPrecondition("template " + jdbc, (connection, pending) -> List.of());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Two {

		@Bean(initMethod = "migrate")
		Flyway blue(DataSource dataSource, @Value("${spring.flyway.locations}") String location) {
			return Flyway.configure().dataSource(dataSource).locations(location).load();
		}

		@Bean
		Flyway green(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).schemas("green").load();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Violated.class, Two.class })
	static class ViolatedForTwo {

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Throwing.class, Two.class })
	static class ThrowingForTwo {

	}

	private record TestPrecondition(String name, Check check) implements Precondition {

		@Override
		public List<String> violations(Connection connection, List<MigrationInfo> pending) throws Exception {
			return this.check.violations(connection, pending);
		}

		interface Check {

			List<String> violations(Connection connection, List<MigrationInfo> pending) throws Exception;

		}

	}

}
