package dev.startgate.failure;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A right that is revoked while the application starts is named, with what gives it back.
 */
@ExtendWith(OutputCaptureExtension.class)
class RevokedRightTests {

	private static final String GRANT = "grant select, insert, update, delete on \"public\".\"startgate_record\" to ";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final String user = "u" + System.nanoTime();

	@BeforeEach
	void createUser() {
		this.database.jdbc().execute("create user " + this.user);
		this.database.jdbc().execute("grant all on schema public to " + this.user);
	}

	@Test
	void ofTheTablesOfTheLockInTheMiddle(CapturedOutput output) {
		fail();
		assertThat(output)
			.contains("APPLICATION FAILED TO START",
					"The table \"public\".\"startgate_record\" can't be read and written: "
							+ "ERROR: permission denied for table startgate_record",
					GRANT + this.user + ";")
			.doesNotContain("Nothing was migrated");
		assertThat(this.database.history()).containsExactly("1");
		this.database.jdbc().execute(GRANT + this.user);
		TestApplication.start(this.database, properties()).close();
		assertThat(this.database.history()).containsExactly("1", "2");
	}

	@Test
	void toConnect(CapturedOutput output) {
		this.database.jdbc().execute("revoke connect on database " + this.database.name() + " from public");
		fail();
		assertThat(output).contains("APPLICATION FAILED TO START",
				"The database can't be reached: FATAL: permission denied for database",
				"Check that the user is allowed to connect to it");
	}

	private void fail() {
		assertThatException().isThrownBy(() -> TestApplication.start(this.database, properties()));
	}

	private String[] properties() {
		return new String[] { "spring.datasource.username=" + this.user,
				"spring.datasource.hikari.connection-timeout=1000", "spring.flyway.locations=classpath:db/revoked" };
	}

}
