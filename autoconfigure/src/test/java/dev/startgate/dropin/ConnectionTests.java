package dev.startgate.dropin;

import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.StartupGate;
import dev.startgate.testing.InterceptedDataSource;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.flyway.autoconfigure.FlywayDataSource;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where Flyway's connections come from.
 */
class ConnectionTests {

	@AutoClose
	private final Application application = new Application(true);

	static Stream<List<String>> credentials() {
		return Stream.of(List.of("spring.flyway.user=postgres"),
				List.of("spring.flyway.url=${spring.datasource.url}", "spring.flyway.user=postgres"));
	}

	@ParameterizedTest
	@MethodSource("credentials")
	void theApplicationNeedsNoRightsIfFlywayHasCredentialsOfItsOwn(List<String> flyway) {
		unprivileged().with(flyway.toArray(String[]::new)).start((context) -> {
			assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
			assertThat(context.getBean(JdbcTemplate.class).queryForObject("select current_user", String.class))
				.isNotEqualTo("postgres");
		});
		assertThat(this.application.tables()).contains("public.parcel of postgres");
		assertThat(this.application.jdbc().queryForList("select * from startgate_lock")).hasSize(1);
		assertThat(this.application.start()).isEmpty();
	}

	@Test
	void theApplicationNeedsNoRightsIfFlywayHasADataSourceOfItsOwn() {
		assertThat(unprivileged().with(OwnDataSource.class).start()).isEmpty();
		assertThat(this.application.tables()).contains("public.parcel of postgres");
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.datasource.type=org.springframework.jdbc.datasource.SimpleDriverDataSource",
			"spring.datasource.type=org.springframework.jdbc.datasource.DriverManagerDataSource",
			"spring.datasource.hikari.maximum-pool-size=2", "spring.datasource.hikari.maximum-pool-size=3" })
	void anyDataSourceWillDo(String property) {
		assertThat(this.application.with(property).startTwice().history()).hasSize(2);
	}

	/** The numbers cover Flyway's own connections and the one of the lock. */
	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4 })
	void aConnectionThatBreaksInTheStatementsOfItsBeginningIsReplaced(int number) {
		this.application.with(BreakingDataSource.class)
			.with("spring.flyway.init-sqls=select 4711", "breaks=" + number)
			.startWell();
		assertThat(this.application.history()).hasSize(2);
	}

	private Application unprivileged() {
		String name = this.application.jdbc().queryForObject("select current_database()", String.class);
		this.application.jdbc().execute("create role " + name + "_app login");
		return this.application.with("spring.datasource.username=" + name + "_app");
	}

	static class BreakingDataSource {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url,
				@Value("${spring.datasource.username}") String user, @Value("${breaks}") int breaking) {
			AtomicInteger count = new AtomicInteger();
			return new InterceptedDataSource(url, user, (number, method, arguments) -> {
				if (List.of(arguments).contains("select 4711") && count.incrementAndGet() == breaking) {
					throw new SQLException("broken", "08006");
				}
			});
		}

	}

	static class OwnDataSource {

		@Bean
		DataSource dataSource(@Value("${spring.datasource.url}") String url,
				@Value("${spring.datasource.username}") String user) {
			return new DriverManagerDataSource(url, user, "");
		}

		@Bean(defaultCandidate = false)
		@FlywayDataSource
		DataSource migrations(@Value("${spring.datasource.url}") String url) {
			return new DriverManagerDataSource(url, "postgres", "");
		}

	}

}
