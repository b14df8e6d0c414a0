package dev.startgate.benchmark.peers;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import dev.startgate.benchmark.peers.Replica.Answer;
import dev.startgate.benchmark.peers.Sampler.Work;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that start at once on a database.
 */
final class Round {

	private static final int PATIENCE = 300_000;

	private final Sampler sampler;

	private final Server server;

	private final String database;

	private final List<Replica> replicas;

	private final Map<Replica, Answer> answers = new HashMap<>();

	private final int worksBefore;

	private final Map<String, Object> more = new LinkedHashMap<>();

	private long began;

	private long processor;

	private @Nullable Replica killed;

	private long killedAt;

	Round(Server server, Sampler sampler, String database, List<Replica> replicas) {
		this.server = server;
		this.sampler = sampler;
		this.database = database;
		this.replicas = replicas;
		this.worksBefore = sampler.of(database).size();
	}

	/**
	 * Bring all replicas to the starting line, and let them go.
	 * @param work the statement that takes time
	 * @param more whether there is one more migration than the ten of a herd
	 */
	void begin(Peer peer, boolean more, String work) throws InterruptedException {
		String properties = String.join("\t", "--peer=" + peer,
				"--spring.datasource.url=" + this.server.url(this.database),
				"--spring.datasource.username=" + this.server.user(),
				"--spring.datasource.password=" + this.server.user(), "--spring.datasource.hikari.maximum-pool-size=4",
				"--spring.datasource.hikari.minimum-idle=1", "--spring.main.banner-mode=off",
				"--logging.level.root=WARN", "--spring.flyway.locations=classpath:flyway" + (more ? "" : "/herd"),
				"--spring.flyway.placeholders.work=" + work, "--spring.liquibase.parameters.work=" + work,
				"--spring.liquibase.change-log=classpath:liquibase/" + (more ? "long" : "herd") + ".sql",
				"--spring.liquibase.analytics-enabled=false", "--peer.lock=" + this.server.lock(this.database),
				"--peer.unlock=" + this.server.unlock(this.database),
				"--peer.lock-table=" + this.server.lockTable(this.database));
		this.replicas.forEach((replica) -> replica.tell(properties));
		for (Replica replica : this.replicas) {
			expect(replica, "READY");
		}
		this.processor = processor();
		this.began = System.currentTimeMillis();
		this.replicas.forEach((replica) -> replica.tell("go"));
	}

	private long processor() {
		return this.replicas.stream().mapToLong(Replica::processor).sum();
	}

	private static void expect(Replica replica, String what) throws InterruptedException {
		Answer answer = replica.await(System.currentTimeMillis() + PATIENCE);
		if (answer == null || !answer.what().equals(what)) {
			throw new IllegalStateException("Not " + what + " but " + answer);
		}
	}

	/**
	 * Wait until a replica works, kill it, and wait until another one works.
	 * @param after how long it has worked by then, in milliseconds
	 */
	void killWorker(long after, long deadline) throws InterruptedException, IOException {
		Work work = Objects.requireNonNull(awaitWork((found) -> true, deadline), "Nobody works");
		Thread.sleep(after);
		this.killed = Replica.connectedFrom(work.port(), this.replicas);
		this.killedAt = System.currentTimeMillis();
		this.killed.close();
		this.more.put("killed_ms", this.killedAt - this.began);
		Work next = awaitWork((found) -> found.begin() > this.killedAt, deadline);
		this.more.put("next_work_ms", (next != null) ? next.begin() - this.killedAt : ">" + (deadline - this.killedAt));
	}

	private @Nullable Work awaitWork(Predicate<Work> condition, long deadline) throws InterruptedException {
		while (System.currentTimeMillis() < deadline) {
			for (Work work : works()) {
				if (condition.test(work)) {
					return work;
				}
			}
			Thread.sleep(5);
		}
		return null;
	}

	/**
	 * Let some time pass, and count the statements in it.
	 */
	void countStatements(long millis) throws InterruptedException {
		long from = this.server.logged();
		long begin = System.nanoTime();
		Thread.sleep(millis);
		double seconds = (System.nanoTime() - begin) / 1e9;
		int statements = this.server.statements(this.database, from, this.server.logged());
		this.more.put("statements_per_s", "%.2f".formatted(statements / seconds / this.replicas.size()));
	}

	/**
	 * Wait until all have started or failed, and end those that have done neither.
	 */
	void await(long deadline) throws InterruptedException {
		for (Replica replica : this.replicas) {
			Answer answer = (replica != this.killed) ? replica.await(deadline) : null;
			if (answer == null) {
				replica.close();
				continue;
			}
			this.answers.put(replica, answer);
		}
		if (this.answers.size() == this.replicas.size()) {
			this.more.put("processor_ms", (processor() - this.processor) / this.replicas.size());
		}
		for (Replica replica : this.answers.keySet()) {
			replica.tell("close");
		}
		for (Replica replica : this.answers.keySet()) {
			if (replica.isAlive()) {
				expect(replica, "CLOSED");
			}
		}
	}

	private List<Work> works() {
		List<Work> all = this.sampler.of(this.database);
		return all.subList(this.worksBefore, all.size());
	}

	/**
	 * Return what happened.
	 * @param tables the numbers of the tables that the migrations create
	 */
	Map<String, Object> result(int... tables) throws SQLException {
		List<Work> works = works();
		List<Long> ready = times("OPEN");
		long workEnd = works.stream().mapToLong(Work::end).max().orElse(this.began) - this.began;
		Map<String, Object> row = new LinkedHashMap<>();
		row.put("replicas", this.replicas.size());
		row.put("opened", ready.size());
		row.put("failed", times("FAILED").size());
		row.put("early", works.isEmpty() ? 0 : ready.stream().filter((time) -> time < workEnd).count());
		row.put("first_ms", ready.isEmpty() ? "" : ready.get(0));
		row.put("last_ms", ready.isEmpty() ? "" : ready.get(ready.size() - 1));
		row.put("work_end_ms", works.isEmpty() ? "" : workEnd);
		row.put("works", works.size());
		row.put("overlap_ms", overlap(works));
		row.put("rows", rows(tables));
		for (String column : List.of("processor_ms", "killed_ms", "next_work_ms", "statements_per_s")) {
			row.put(column, this.more.getOrDefault(column, ""));
		}
		row.put("ready_ms", ready.stream().map(String::valueOf).collect(Collectors.joining(" ")));
		row.put("failed_ms", times("FAILED").stream().map(String::valueOf).collect(Collectors.joining(" ")));
		row.put("failure",
				this.answers.values()
					.stream()
					.map(Answer::text)
					.filter((text) -> !text.isEmpty())
					.findFirst()
					.map((text) -> text.replaceAll("[,\"]|\\(conn=\\d+\\) *", ""))
					.map((text) -> text.substring(0, Math.min(110, text.length())))
					.orElse(""));
		return row;
	}

	private List<Long> times(String what) {
		return this.answers.values()
			.stream()
			.filter((answer) -> answer.what().equals(what))
			.map((answer) -> answer.at() - this.began)
			.sorted()
			.toList();
	}

	private static long overlap(List<Work> works) {
		long overlap = 0;
		for (int i = 0; i < works.size(); i++) {
			for (int j = 0; j < i; j++) {
				overlap += works.get(i).overlap(works.get(j));
			}
		}
		return overlap;
	}

	/**
	 * Count the rows that the migrations inserted.
	 */
	private int rows(int... tables) throws SQLException {
		int rows = 0;
		try (Connection connection = this.server.connect(this.database);
				Statement statement = connection.createStatement()) {
			for (int table : tables) {
				try (ResultSet count = statement.executeQuery("select count(*) from step_" + table)) {
					count.next();
					rows += count.getInt(1);
				}
				catch (SQLException ex) {
					// its migration was not run
				}
			}
		}
		return rows;
	}

}
