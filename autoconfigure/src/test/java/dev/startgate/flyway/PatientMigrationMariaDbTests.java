package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

import javax.sql.DataSource;

import dev.startgate.testing.MariaDbDatabase;

import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * On MariaDB, where each change of the schema is committed.
 */
class PatientMigrationMariaDbTests extends AbstractPatientMigrationTests {

	private static final String RUNNING = "select count(*) from information_schema.processlist where db = database() and ";

	private final String url = MariaDbDatabase.create();

	@Override
	String[] database() {
		return new String[] { "spring.datasource.url=" + this.url, "spring.datasource.username=root" };
	}

	@Override
	DataSource dataSource() {
		return new DriverManagerDataSource(this.url, "root", "");
	}

	@Override
	String end(long session) {
		return "kill connection " + session;
	}

	@Override
	long session(Connection connection) throws SQLException {
		try (ResultSet row = connection.createStatement().executeQuery("select connection_id()")) {
			row.next();
			return row.getLong(1);
		}
	}

	@Override
	String waitingReaders() {
		return RUNNING + "info like 'select count(id)%' and state like 'Waiting for table%'";
	}

	@Override
	String waitingLong() {
		return RUNNING + "info like 'update parcel%' and time_ms > 2000";
	}

	@Override
	String timeout() {
		return "@@lock_wait_timeout";
	}

}
