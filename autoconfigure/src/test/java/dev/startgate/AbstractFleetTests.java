package dev.startgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.startgate.MigrationsCompletedEvent.Applied;
import dev.startgate.testing.WebModules;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts several replicas in one JVM at the same time, each with its own context, on one
 * real database. One of them must migrate, and all of them must come up.
 */
abstract class AbstractFleetTests {

	private final int count;

	@TempDir
	private Path directory;

	AbstractFleetTests(int count) {
		this.count = count;
	}

	abstract String[] databaseProperties();

	abstract JdbcTemplate jdbc();

	/**
	 * Return a statement that takes eight seconds, so that each replica looks at the
	 * history before it ends.
	 */
	abstract String sleep();

	@BeforeEach
	void writeMigrations() throws IOException {
		Files.writeString(this.directory.resolve("V1__create_parcel.sql"), "create table parcel (id int primary key)");
		Files.writeString(this.directory.resolve("V2__take_long.sql"), sleep());
		Files.writeString(this.directory.resolve("V3__add_column.sql"), "alter table parcel add column weight int");
	}

	@Test
	void replicasThatStartTogetherOnAnEmptyDatabaseAllComeUpAndOneMigrates() {
		List<ConfigurableApplicationContext> replicas = startTogether();
		try {
			assertThat(replicas).allMatch((replica) -> replica.getBean(StartupGate.class).isOpen());
			assertThat(jdbc().queryForList("select version from flyway_schema_history order by installed_rank",
					String.class))
				.containsExactly("1", "2", "3");
			List<MigrationsCompletedEvent> events = replicas.stream()
				.map((replica) -> replica.getBean(Replica.class).event)
				.toList();
			assertThat(events).doesNotContainNull();
			assertThat(events.stream().filter(MigrationsCompletedEvent::performedHere)).hasSize(1);
			String holder = replicas.stream()
				.filter((replica) -> replica.getBean(Replica.class).event.performedHere())
				.map((replica) -> replica.getBean(StartupGate.class).snapshot().replica())
				.findFirst()
				.orElseThrow();
			assertThat(events).allSatisfy((event) -> {
				assertThat(event.migrated()).hasSize(1);
				// the holder may have applied V1 before this replica looked
				String before = event.migrated().get(0).before();
				assertThat(before).isIn(event.performedHere() ? new String[] { null } : new String[] { null, "1" });
				assertThat(event.migrated().get(0).after()).isEqualTo("3");
				assertThat(event.migrated().get(0).applied()).extracting(Applied::version)
					.containsExactlyElementsOf((before != null) ? List.of("2", "3") : List.of("1", "2", "3"));
				assertThat(event.migrated().get(0).applied()).extracting(Applied::replica).containsOnly(holder);
				if (!event.performedHere()) {
					assertThat(event.waited()).isPositive();
				}
			});
			Map<String, Object> fence = jdbc()
				.queryForMap("select lock_name, generation from startgate_record where kind = 'fence'");
			assertThat(fence).containsEntry("generation", 1L);
			assertThat(fence.get("lock_name")).asString().endsWith(".flyway_schema_history");
		}
		finally {
			replicas.forEach(ConfigurableApplicationContext::close);
		}
	}

	private List<ConfigurableApplicationContext> startTogether() {
		ExecutorService threads = Executors.newFixedThreadPool(this.count);
		CyclicBarrier together = new CyclicBarrier(this.count);
		try {
			return IntStream.rangeClosed(1, this.count)
				.mapToObj(
						(number) -> CompletableFuture.supplyAsync(() -> start("replica-" + number, together), threads))
				.toList()
				.stream()
				.map(CompletableFuture::join)
				.toList();
		}
		finally {
			threads.shutdown();
		}
	}

	private ConfigurableApplicationContext start(String name, CyclicBarrier together) {
		String[] properties = Stream.concat(Stream.of(databaseProperties()), Stream.of("startgate.replica-name=" + name,
				"spring.flyway.locations=filesystem:" + this.directory, "spring.datasource.hikari.maximum-pool-size=3"))
			.toArray(String[]::new);
		return new SpringApplicationBuilder(Replica.class).web(WebApplicationType.NONE)
			.properties(properties)
			.initializers((context) -> context.getBeanFactory().registerSingleton("together", together))
			.run();
	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Replica {

		private MigrationsCompletedEvent event;

		@Bean
		FlywayConfigurationCustomizer startsWithTheOthers(CyclicBarrier together) {
			return (configuration) -> {
				try {
					together.await(120, TimeUnit.SECONDS);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			};
		}

		@EventListener
		void completed(MigrationsCompletedEvent event) {
			assertThat(this.event).as("published once").isNull();
			this.event = event;
		}

	}

}
