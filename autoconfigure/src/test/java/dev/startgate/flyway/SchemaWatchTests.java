package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import javax.sql.DataSource;

import dev.startgate.SchemaChangedEvent;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * A replica that runs while a newer one migrates, as in a rolling update.
 */
class SchemaWatchTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final List<SchemaChangedEvent> events = new CopyOnWriteArrayList<>();

	@Test
	void whoWatchesRetiresItsConnectionsAndIsTold() {
		try (ConfigurableApplicationContext replica = start("startgate.metadata.watch-schema=true",
				"startgate.metadata.watch-interval=100ms")) {
			query(replica);
			Awaitility.await().during(Duration.ofMillis(400)).until(this.events::isEmpty);
			migrate();
			Awaitility.await().until(() -> !this.events.isEmpty());
			assertThatNoException().isThrownBy(() -> query(replica));
			assertThat(this.events).singleElement().satisfies((event) -> {
				assertThat(event.flyway()).isEqualTo("flyway");
				assertThat(event.version()).isEqualTo("2");
			});
		}
	}

	/** The control arm. */
	@Test
	void whoDoesNotWatchMeetsAPlanThatIsTooOld() {
		try (ConfigurableApplicationContext replica = start()) {
			query(replica);
			migrate();
			assertThatException().isThrownBy(() -> query(replica))
				.withMessageContaining("cached plan must not change result type");
			assertThat(this.events).isEmpty();
		}
	}

	private ConfigurableApplicationContext start(String... properties) {
		String[] all = Stream
			.concat(Stream.of(properties),
					Stream.of("spring.flyway.locations=classpath:db/jpa",
							"spring.datasource.hikari.maximum-pool-size=2"))
			.toArray(String[]::new);
		ConfigurableApplicationContext replica = TestApplication.start(this.database, all);
		replica.addApplicationListener(new ApplicationListener<SchemaChangedEvent>() {

			@Override
			public void onApplicationEvent(SchemaChangedEvent event) {
				SchemaWatchTests.this.events.add(event);
			}

		});
		return replica;
	}

	private void migrate() {
		Flyway.configure()
			.dataSource(this.database.url(), "postgres", null)
			.locations("classpath:db/jpa", "classpath:db/newer")
			.load()
			.migrate();
	}

	private static void query(ConfigurableApplicationContext replica) {
		try (Connection connection = replica.getBean(DataSource.class).getConnection();
				PreparedStatement statement = connection.prepareStatement("select * from parcel")) {
			connection.setAutoCommit(false);
			for (int run = 0; run < 10; run++) {
				statement.executeQuery().close();
			}
			connection.commit();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
