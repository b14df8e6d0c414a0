package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The replicas of a round, the supervisor that restarts them, and the person who resolves
 * what they ask for.
 */
final class Fleet implements AutoCloseable {

	private final List<Replica> replicas = new ArrayList<>();

	private final Person person;

	private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();

	Fleet(ChaosDatabase database, String name, Path directory, int count, List<String> properties) throws IOException {
		this.person = new Person(database, name);
		for (int i = 1; i <= count; i++) {
			this.replicas.add(new Replica("replica-" + i, database.port(), directory, (port) -> {
				List<String> all = new ArrayList<>(properties);
				all.addAll(database.properties(name));
				all.add("spring.datasource.url=" + database.url(port, name));
				return all;
			}));
		}
	}

	void start() throws IOException {
		for (Replica replica : this.replicas) {
			replica.start();
		}
		this.supervisor.scheduleWithFixedDelay(this::supervise, 100, 50, TimeUnit.MILLISECONDS);
	}

	/**
	 * Let the person look before any restart: they see what the current process of a
	 * replica says, but not what earlier ones said.
	 */
	private void supervise() {
		try {
			this.person.look(this.replicas);
			for (Replica replica : this.replicas) {
				replica.keepAlive();
			}
		}
		catch (Exception ex) {
			System.out.println("The database is away, so nobody can look: " + ex.getMessage());
		}
	}

	List<Replica> replicas() {
		return this.replicas;
	}

	List<String> resolved() {
		return this.person.resolved();
	}

	String tokenOf(int clientPort) {
		return this.replicas.stream()
			.map((replica) -> replica.proxy().tokenOf(clientPort))
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return the replica of an incarnation, or the one that comes some places after it.
	 */
	Replica find(String token, int offset) {
		for (int i = 0; i < this.replicas.size(); i++) {
			if (token.startsWith(this.replicas.get(i).name() + ".")) {
				return this.replicas.get((i + offset) % this.replicas.size());
			}
		}
		throw new IllegalArgumentException(token);
	}

	boolean isSettled() {
		return this.replicas.stream().allMatch((replica) -> replica.current().isReady() || replica.hasGivenUp());
	}

	@Override
	public void close() throws IOException, InterruptedException {
		this.supervisor.shutdown();
		this.supervisor.awaitTermination(10, TimeUnit.SECONDS);
		for (Replica replica : this.replicas) {
			replica.close();
		}
	}

}
