package dev.startgate.lock;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.startgate.testing.Schedule;

import org.springframework.jdbc.datasource.AbstractDataSource;

/**
 * A database in memory that can end sessions. Each use of it is a step.
 */
final class SteppedDatabase extends AbstractDataSource implements LockDatabase, Sessions {

	private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";

	private final Schedule schedule;

	private final Map<Long, Link> links = new ConcurrentHashMap<>();

	private final Map<String, Long> locks = new ConcurrentHashMap<>();

	private final AtomicBoolean hanging = new AtomicBoolean();

	SteppedDatabase(Schedule schedule) {
		this.schedule = schedule;
	}

	String url() {
		return this.url;
	}

	/** Let the next statement of the first connection hang. */
	void hang() {
		this.hanging.set(true);
	}

	/** End the first connection, or cancel a hang that has not begun. */
	void timeOut() throws SQLException {
		if (!this.hanging.getAndSet(false)) {
			this.links.get(1L).end();
		}
	}

	@Override
	public Connection getConnection() throws SQLException {
		this.schedule.step("connects");
		Link link = new Link(this, DriverManager.getConnection(this.url), this.links.size() + 1L,
				new CountDownLatch(1));
		this.links.put(link.id(), link);
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				link);
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return getConnection();
	}

	@Override
	public String now() {
		return "cast(current_timestamp(3) as timestamp(3))";
	}

	@Override
	public String timestampType() {
		return "timestamp(3)";
	}

	@Override
	public boolean tryEnterCreation(Connection connection, String name) {
		return true;
	}

	@Override
	public void leaveCreation(Connection connection, String name) {
	}

	@Override
	public Sessions sessions() {
		return this;
	}

	@Override
	public DatabaseSession of(Connection connection) throws SQLException {
		return new DatabaseSession(connection.unwrap(Link.class).id(), "then", "sa", "here");
	}

	@Override
	public long number(Connection connection) throws SQLException {
		return of(connection).id();
	}

	@Override
	public boolean tryLock(Connection connection, String name) throws SQLException {
		Long owner = this.locks.putIfAbsent(name, of(connection).id());
		return owner == null || owner == of(connection).id();
	}

	@Override
	public void unlock(Connection connection, String name) throws SQLException {
		this.locks.remove(name, of(connection).id());
	}

	@Override
	public LiveSessions alive(Connection connection, Collection<DatabaseSession> sessions, String lock) {
		return new LiveSessions("here", OptionalLong.empty(), List.of());
	}

	@Override
	public void end(Connection connection, DatabaseSession session) throws SQLException {
		this.schedule.step("ends a session");
		this.links.get(session.id()).end();
	}

	@Override
	public String endStatement(long sessionId) {
		return "";
	}

	@Override
	public void mark(Connection connection, DatabaseSession session) {
	}

	@Override
	public void unmark(Connection connection, DatabaseSession session) throws SQLException {
		connection.unwrap(Link.class);
	}

	/**
	 * A connection. Each use of it that matters is a step.
	 */
	private record Link(SteppedDatabase owner, Connection connection, long id,
			CountDownLatch gone) implements InvocationHandler {

		private static final Set<String> STEPS = Set.of("isValid", "prepareStatement", "createStatement", "commit",
				"abort");

		void end() throws SQLException {
			this.connection.close();
			this.owner.locks.values().remove(this.id);
			this.gone.countDown();
		}

		@Override
		public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
			if (STEPS.contains(method.getName())) {
				this.owner.schedule.step(method.getName() + " on " + this.id);
			}
			if (method.getName().equals("abort")) {
				end();
				return null;
			}
			if (this.id == 1 && method.getName().equals("prepareStatement")
					&& this.owner.hanging.compareAndSet(true, false)) {
				this.gone.await();
			}
			if (method.getName().equals("unwrap") && arguments[0] == Link.class && !this.connection.isClosed()) {
				return this;
			}
			try {
				return method.invoke(this.connection, arguments);
			}
			catch (InvocationTargetException ex) {
				throw ex.getCause();
			}
		}

	}

}
