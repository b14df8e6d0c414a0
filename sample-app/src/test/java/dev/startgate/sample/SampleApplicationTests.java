package dev.startgate.sample;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import dev.startgate.StartupGate;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SampleApplication} on its own.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "startgate.replica-name=test", "management.endpoint.health.show-details=always" })
class SampleApplicationTests {

	private static final EmbeddedPostgres POSTGRES = startPostgres();

	@Autowired
	private StartupGate gate;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private DataSource dataSource;

	@Autowired
	private PostcodeDirectory postcodes;

	private RestTestClient http;

	private static EmbeddedPostgres startPostgres() {
		try {
			return EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(2)).start();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry properties) {
		properties.add("spring.datasource.url", () -> POSTGRES.getJdbcUrl("postgres", "postgres"));
		properties.add("spring.datasource.username", () -> "postgres");
	}

	@BeforeEach
	void connect(@LocalServerPort int port) {
		this.http = RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
	}

	@Test
	void theGateIsOpenAndHealthShowsIt() {
		assertThat(this.gate.isOpen()).isTrue();
		this.http.get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.components.startgate.details.state")
			.isEqualTo("OPEN")
			.jsonPath("$.components.startgate.details.replica")
			.isEqualTo("test");
		this.http.get().uri("/actuator/health/readiness").exchange().expectStatus().isOk();
	}

	@Test
	void aParcelIsAcceptedForTheDepotOfItsPostcodeAndListed() {
		this.http.post()
			.uri("/parcels")
			.body(new ParcelOrder("A. Recipient", "19999"))
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody()
			.jsonPath("$.depot")
			.isEqualTo("WES");
		this.http.get().uri("/parcels").exchange().expectBody().jsonPath("$[0].recipient").isEqualTo("A. Recipient");
	}

	@Test
	void aParcelToNowhereIsRefused() {
		this.http.post()
			.uri("/parcels")
			.body(new ParcelOrder("A. Recipient", "20000"))
			.exchange()
			.expectStatus()
			.isEqualTo(422);
	}

	@Test
	void aParcelWithoutARecipientIsRefused() {
		this.http.post().uri("/parcels").body(Map.of("postcode", "19999")).exchange().expectStatus().isBadRequest();
	}

	/** A release that differs in the file only is newer because of its build. */
	@Test
	void theTariffsHaveTheOrderOfTheBuild() throws IOException {
		assertThat(new TariffSeed(42).order()).isEqualTo(42);
	}

	@Test
	void theTariffsAreThoseOfTheFile() {
		this.http.get().uri("/parcels/tariffs").exchange().expectBody().jsonPath("$.length()").isEqualTo(3);
	}

	@Test
	void aDirectoryThatCouldNotBeBuiltIsBuiltAgain() {
		AtomicBoolean failed = new AtomicBoolean();
		DataSource failsOnce = new DelegatingDataSource(this.dataSource) {

			@Override
			public Connection getConnection() throws SQLException {
				if (failed.compareAndSet(false, true)) {
					throw new SQLException("once");
				}
				return super.getConnection();
			}

		};
		PostcodeDirectory directory = new PostcodeDirectory(JdbcClient.create(failsOnce),
				new SimpleAsyncTaskExecutor());
		directory.build();
		Awaitility.await()
			.ignoreExceptions()
			.untilAsserted(() -> assertThat(directory.size()).isEqualTo(this.postcodes.size()).isPositive());
	}

	@Test
	void everyParcelHasADepotAndTheIndexIsValid() {
		assertThat(this.jdbc.sql("select count(*) from parcel where depot is null").query(Long.class).single())
			.isZero();
		assertThat(this.jdbc.sql("select indisvalid from pg_index where indexrelid = 'parcel_due'::regclass")
			.query(Boolean.class)
			.single()).isTrue();
	}

	@Test
	void theStartIsWrittenDown() {
		assertThat(this.jdbc.sql("select replica, migrated_here, waited = interval '0' as at_once from replica_start")
			.query()
			.singleRow()).containsEntry("replica", "test")
			.containsEntry("migrated_here", true)
			.containsEntry("at_once", true);
	}

	@Test
	void theScheduledJobRunsOnlyAfterTheGateWasOpened() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(10))
			.until(() -> this.jdbc.sql("select exists (select from job_run)").query(Boolean.class).single());
		assertThat(this.jdbc.sql("select min(ran_at) > (select opened_at from replica_start) from job_run")
			.query(Boolean.class)
			.single()).isTrue();
	}

}
