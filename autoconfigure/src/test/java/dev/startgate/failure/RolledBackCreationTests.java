package dev.startgate.failure;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The database rolls back the creation of Startgate's tables, as serializable
 * transactions may do.
 */
@ExtendWith(OutputCaptureExtension.class)
class RolledBackCreationTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@BeforeEach
	void createFaults() {
		this.jdbc.execute("create schema faults create sequence n");
		this.jdbc.execute(
				"""
						create function faults.fail() returns event_trigger language plpgsql as $$
						begin
						  if current_query() ilike '%startgate%' and nextval('faults.n') <= current_setting('faults.until')::int then
						    raise 'could not serialize access' using errcode = current_setting('faults.condition');
						  end if;
						end $$""");
	}

	@Test
	void isTriedAgain() {
		fail(2, "serialization_failure");
		TestApplication.start(this.database, "spring.flyway.locations=classpath:db/slow").close();
		assertThat(this.jdbc.queryForObject("select last_value from faults.n", int.class)).isGreaterThan(2);
		assertThat(this.database.history()).isNotEmpty();
	}

	@Test
	void isGivenUpInWords(CapturedOutput output) {
		fail(1000, "serialization_failure");
		assertThatException()
			.isThrownBy(() -> TestApplication.start(this.database, "spring.flyway.locations=classpath:db/slow"));
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "ERROR: could not serialize access",
					"on its own tables or sessions")
			.doesNotContain("\tat dev.startgate");
		assertThat(this.jdbc.queryForObject("select last_value from faults.n", int.class)).isEqualTo(3);
	}

	@Test
	void isNotTriedAgainAfterAnyOtherFailure() {
		fail(1000, "internal_error");
		assertThatException()
			.isThrownBy(() -> TestApplication.start(this.database, "spring.flyway.locations=classpath:db/slow"))
			.withStackTraceContaining("could not serialize access");
		assertThat(this.jdbc.queryForObject("select last_value from faults.n", int.class)).isOne();
	}

	private void fail(int until, String condition) {
		this.jdbc.execute("alter database %s set faults.until = %d".formatted(this.database.name(), until));
		this.jdbc.execute("alter database %s set faults.condition = %s".formatted(this.database.name(), condition));
		this.jdbc.execute("create event trigger fail on ddl_command_start when tag in ('CREATE TABLE')"
				+ " execute function faults.fail()");
	}

}
