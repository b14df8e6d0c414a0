package dev.startgate.lock;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.Lock;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.lock.LockTableException.Problem;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * {@link LockContract} on PostgreSQL, with a session in another time zone.
 */
class PostgreSqlLockTests extends LockContract {

	private final PostgresDatabase database = PostgresDatabase.create();

	@Override
	String url() {
		return PostgresDatabase.create().url() + "?options=-c%20TimeZone=Asia/Kolkata";
	}

	@Override
	String user() {
		return "postgres";
	}

	@Test
	void rightsThatAreRevokedAreNamedAlsoWhereTwoThreadsMeetThem() throws SQLException {
		JdbcTemplate jdbc = this.database.jdbc();
		String user = "u" + System.nanoTime();
		jdbc.execute("create user " + user);
		jdbc.execute("grant all on schema public to " + user);
		DriverManagerDataSource plain = new DriverManagerDataSource(this.database.url(), user, "");
		AtomicReference<Runnable> before = new AtomicReference<>();
		try (Lock lock = open("one", 0, new ProtectedSchema(watched(plain, before), null, null, "history", () -> {
		})); Connection work = plain.getConnection()) {
			Lease lease = acquire(lock);
			lease.notes().write(HolderNote.Kind.INTENT, "1", "begins");
			jdbc.execute("revoke all on startgate_record from " + user);
			before.set(
					() -> CompletableFuture
						.runAsync(() -> assertThatExceptionOfType(LockTableException.class)
							.isThrownBy(() -> lease.notes().write(HolderNote.Kind.INTENT, "2", "begins")))
						.join());
			assertThatExceptionOfType(LockTableException.class).isThrownBy(() -> lease.sessions().fence(work))
				.satisfies((ex) -> assertThat(ex.getProblem()).isEqualTo(Problem.MAY_NOT_USE));
			lease.abandon("the test is over");
		}
	}

	/**
	 * Run something once before the next statement that is not a prepared one, as those
	 * are that look at the rights.
	 */
	private static DelegatingDataSource watched(DriverManagerDataSource source, AtomicReference<Runnable> before) {
		return new DelegatingDataSource(source) {

			@Override
			public Connection getConnection() throws SQLException {
				Connection connection = super.getConnection();
				return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(),
						new Class<?>[] { Connection.class }, (proxy, method, arguments) -> {
							Runnable once = method.getName().equals("createStatement") ? before.getAndSet(null) : null;
							if (once != null) {
								once.run();
							}
							try {
								return method.invoke(connection, arguments);
							}
							catch (InvocationTargetException ex) {
								throw ex.getTargetException();
							}
						});
			}

		};
	}

}
