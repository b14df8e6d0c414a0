package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.Precondition;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.WorkSessions;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.jspecify.annotations.Nullable;

/**
 * Asks all preconditions and collects what they answer.
 */
public final class Preconditions {

	private final Supplier<List<Precondition>> beans;

	private final LockFactory connections;

	private final PreconditionFiles files;

	private final @Nullable PreconditionFiles others;

	/**
	 * Create a new object.
	 * @param beans the preconditions, in order
	 * @param connections lends the connection on which they are asked
	 * @param files the files that are asked just before single migrations
	 */
	public Preconditions(Supplier<List<Precondition>> beans, LockFactory connections, PreconditionFiles files) {
		this(beans, connections, files, null);
	}

	private Preconditions(Supplier<List<Precondition>> beans, LockFactory connections, PreconditionFiles files,
			@Nullable PreconditionFiles others) {
		this.beans = beans;
		this.connections = connections;
		this.files = files;
		this.others = others;
	}

	/**
	 * Create the preconditions of data migrations.
	 * @param connections lends connections
	 * @param files the files that are asked just before single data migrations
	 * @param schema the files that are asked just before migrations of the schema
	 * @return the preconditions
	 */
	public static Preconditions ofData(LockFactory connections, PreconditionFiles files, PreconditionFiles schema) {
		return new Preconditions(List::of, connections, files, schema);
	}

	/**
	 * Return the files that are asked just before single migrations.
	 */
	PreconditionFiles files() {
		return this.files;
	}

	/**
	 * Ask all of them, unless nothing is pending.
	 * @param owner what the Flyway is called in failures, empty if there is only one
	 * @param target the schema that is about to be migrated
	 * @param sessions guards the connection
	 * @param pending the migrations that are about to run
	 * @param info what was found, empty if only a strategy knows
	 * @throws PreconditionViolatedException if any is violated
	 * @throws UnansweredPreconditionException if one gives no answer
	 */
	void check(String owner, ProtectedSchema target, WorkSessions sessions, List<MigrationInfo> pending,
			Optional<MigrationInfoService> info) {
		if (!pending.isEmpty()) {
			this.files.warn(owner, info.stream().flatMap((found) -> Stream.of(found.all())));
			if (this.others != null) {
				this.files.warnOfMisplaced(this.others, pending);
			}
		}
		List<Precondition> asked = pending.isEmpty() ? List.of() : this.beans.get();
		if (asked.isEmpty()) {
			return;
		}
		Map<String, List<String>> violations = new LinkedHashMap<>();
		try {
			this.connections.lend(target, (connection) -> {
				sessions.guard(connection);
				violations.putAll(ask(owner, asked, connection, pending));
				connection.setAutoCommit(true);
				sessions.unguard(connection);
			});
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not get a connection for the preconditions", ex);
		}
		if (!violations.isEmpty()) {
			List<Precondition> violated = asked.stream().filter((one) -> violations.containsKey(one.name())).toList();
			throw new PreconditionViolatedException(owner, violations,
					(connection) -> !ask(owner, violated, connection, pending).isEmpty());
		}
	}

	private static Map<String, List<String>> ask(String owner, List<Precondition> asked, Connection connection,
			List<MigrationInfo> pending) throws SQLException {
		Map<String, List<String>> violations = new LinkedHashMap<>();
		for (Precondition precondition : asked) {
			List<String> answer = ask(owner, precondition, connection, pending);
			if (!answer.isEmpty()) {
				violations.computeIfAbsent(precondition.name(), (name) -> new ArrayList<>()).addAll(answer);
			}
		}
		return violations;
	}

	/**
	 * Each is asked in a transaction of its own, so that a failed statement of one does
	 * not fail the next.
	 */
	private static List<String> ask(String owner, Precondition precondition, Connection connection,
			List<MigrationInfo> pending) throws SQLException {
		try {
			return Objects.requireNonNull(precondition.violations(connection, pending), "it answered null");
		}
		catch (Exception ex) {
			throw new UnansweredPreconditionException("'" + precondition.name() + "'",
					"these migrations" + (owner.isBlank() ? "" : " of " + owner.strip()), ex);
		}
		finally {
			connection.rollback();
		}
	}

}
