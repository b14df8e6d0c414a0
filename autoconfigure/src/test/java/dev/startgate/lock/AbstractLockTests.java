package dev.startgate.lock;

import java.time.Duration;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.gate.Gate;
import dev.startgate.gate.ShownLease;
import dev.startgate.gate.StartExecutors;
import dev.startgate.gate.Time;
import dev.startgate.testing.InterceptedDataSource;
import dev.startgate.testing.InterceptedDataSource.Interceptor;
import org.junit.jupiter.api.AfterEach;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gives each test a database of its own, and opens locks on it.
 */
abstract class AbstractLockTests {

	private final StartExecutors threads = new StartExecutors();

	private final HikariDataSource pool = createPool();

	private final JdbcTemplate jdbc = new JdbcTemplate(this.pool);

	abstract String url();

	abstract String user();

	private HikariDataSource createPool() {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl(url());
		dataSource.setUsername(user());
		dataSource.setMaximumPoolSize(6);
		return dataSource;
	}

	@AfterEach
	void close() {
		this.pool.close();
		this.threads.close();
	}

	StartExecutors threads() {
		return this.threads;
	}

	HikariDataSource pool() {
		return this.pool;
	}

	JdbcTemplate jdbc() {
		return this.jdbc;
	}

	/**
	 * Return the same database without the pool, which complains of connections that come
	 * back broken.
	 */
	DriverManagerDataSource unpooled() {
		return unpooled(user());
	}

	DriverManagerDataSource unpooled(String user) {
		return new DriverManagerDataSource(this.pool.getJdbcUrl(), user, "");
	}

	InterceptedDataSource intercepted(Interceptor interceptor) {
		return new InterceptedDataSource(this.pool.getJdbcUrl(), user(), interceptor);
	}

	/**
	 * Let the lease that is held run out.
	 */
	void runOut() {
		assertThat(this.jdbc.update("update " + quoted("startgate_lock") + " set lock_until = locked_at")).isOne();
	}

	String quoted(String table) {
		return table;
	}

	static ProtectedSchema schema(DataSource dataSource) {
		return schema(dataSource, null);
	}

	static ProtectedSchema schema(DataSource dataSource, String name) {
		return new ProtectedSchema(dataSource, null, name, "history", () -> {
		});
	}

	static Lock open(Gate gate, Time time, Duration lease, boolean terminate, StartExecutors threads,
			ProtectedSchema target) {
		LockSettings settings = new LockSettings(gate.snapshot().replica(), lease, null, "startgate_", null, true,
				terminate, false);
		return new JdbcLockFactory(settings, time, (duration) -> Thread.sleep(duration.toMillis()), threads,
				new ShownLease(gate))
			.open(target);
	}

}
