package dev.startgate.sample.neighbours;

import dev.startgate.StartupGate;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.boot.jpa.test.autoconfigure.TestEntityManager;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;

/**
 * Slices of an application, in which Flyway runs as in plain Spring Boot and Startgate
 * does nothing.
 */
class SliceTests {

	private static final Database DATABASE = new Database();

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry properties) {
		properties.add("spring.datasource.url", DATABASE::url);
		properties.add("spring.datasource.username", () -> "postgres");
	}

	private static void assertThatFlywayRanAlone(JdbcTemplate jdbc, ObjectProvider<StartupGate> gate) {
		assertThat(gate.getIfAvailable()).isNull();
		assertThat(jdbc.queryForObject("select count(*) from flyway_schema_history", Integer.class)).isEqualTo(2);
		assertThat(jdbc.queryForObject("select to_regclass('startgate_lock')", String.class)).isNull();
	}

	@Nested
	@JdbcTest
	@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
	class Jdbc {

		@Test
		void hasTheSchema(@Autowired JdbcTemplate jdbc, @Autowired ObjectProvider<StartupGate> gate) {
			assertThatFlywayRanAlone(jdbc, gate);
		}

	}

	@Nested
	@DataJpaTest
	@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
	class Jpa {

		@Test
		void hasTheSchema(@Autowired TestEntityManager entities, @Autowired JdbcTemplate jdbc,
				@Autowired ObjectProvider<StartupGate> gate) {
			assertThat(entities.find(Parcel.class, 1L).weight).isEqualTo(5);
			assertThatFlywayRanAlone(jdbc, gate);
		}

	}

	@Nested
	@WebMvcTest
	@Import(Parcels.class)
	class Web {

		@MockitoBean
		private StartupGate gate;

		@Test
		void aControllerThatAsksTheGateNeedsOne(@Autowired MockMvcTester web) {
			given(this.gate.isOpen()).willReturn(true);
			assertThat(web.get().uri("/open")).hasStatusOk().hasBodyTextEqualTo("true");
		}

	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

	}

	@RestController
	static class Parcels {

		private final StartupGate gate;

		Parcels(StartupGate gate) {
			this.gate = gate;
		}

		@GetMapping("/open")
		boolean open() {
			return this.gate.isOpen();
		}

	}

	@Entity
	@Table(name = "parcel")
	static class Parcel {

		@Id
		private Long id;

		private int weight;

	}

}
