package dev.startgate.benchmark.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

/**
 * Starts fleets on the same work with each {@link Peer}, and adds a row for each round to
 * {@code docs/benchmarks/peers/runs.csv}.
 */
public final class PeersBenchmark {

	private static final int STEPS = 10;

	private static final double SHORT = 0.3;

	private final Options options;

	private final ResultFile results;

	private final Path directory;

	private final AtomicInteger started = new AtomicInteger();

	private final Map<Server, Sampler> servers = new LinkedHashMap<>();

	private PeersBenchmark(Options options, ResultFile results, Path directory) throws IOException {
		this.options = options;
		this.results = results;
		this.directory = Files.createDirectories(directory);
	}

	/**
	 * Run the benchmark.
	 * @param arguments options
	 * @throws Exception if it can't go on
	 */
	public static void main(String[] arguments) throws Exception {
		Options options = new Options(String.join(" ", arguments));
		ResultFile results = new ResultFile(Path.of(options.text("results", "runs.csv")));
		PeersBenchmark benchmark = new PeersBenchmark(options, results, Path.of("target", "peers"));
		try {
			benchmark.run();
		}
		finally {
			benchmark.close();
		}
	}

	private void run() throws Exception {
		if (this.options.isChosen("databases", "postgresql")) {
			add(PostgreSqlServer.start(this.directory));
		}
		if (this.options.isChosen("databases", "mariadb")) {
			add(MariaDbServer.start(this.directory));
		}
		List<Peer> peers = Arrays.stream(Peer.values())
			.filter((peer) -> this.options.isChosen("peers", peer.name().toLowerCase(Locale.ROOT)))
			.toList();
		Map<Peer, List<Replica>> processes = new LinkedHashMap<>();
		for (Peer peer : peers) {
			processes.put(peer, herds(peer));
		}
		for (String scenario : List.of("long", "kill")) {
			List<Callable<Boolean>> fleets = new ArrayList<>();
			processes.forEach((peer, replicas) -> {
				if (!peer.migrates()) {
					return;
				}
				int share = replicas.size() / this.servers.size();
				int index = 0;
				for (Server server : this.servers.keySet()) {
					List<Replica> fleet = replicas.subList(index, index + share);
					index += share;
					fleets.add(scenario.equals("long") ? () -> longMigration(peer, server, fleet)
							: () -> kill(peer, server, fleet));
				}
			});
			atOnce(fleets);
		}
		processes.values().forEach((replicas) -> replicas.forEach(Replica::close));
	}

	/**
	 * Do tasks side by side. A task that fails leaves no row, and does not end the run.
	 */
	private static void atOnce(List<Callable<Boolean>> tasks) throws InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(tasks.size());
		for (Future<Boolean> one : executor.invokeAll(tasks)) {
			try {
				one.get();
			}
			catch (ExecutionException ex) {
				ex.printStackTrace();
			}
		}
		executor.shutdown();
	}

	private Sampler sampler(Server server) {
		return Objects.requireNonNull(this.servers.get(server));
	}

	private void add(Server server) {
		this.servers.put(server, new Sampler(server));
	}

	/**
	 * Measure single replicas and herds.
	 * @return the processes, which have started an application before
	 */
	private List<Replica> herds(Peer peer) throws Exception {
		List<Replica> replicas = new ArrayList<>();
		for (int i = 0; i < this.options.number("replicas", 20); i++) {
			replicas.add(start(peer));
		}
		for (Server server : this.servers.keySet()) {
			List<Callable<Boolean>> alone = new ArrayList<>();
			for (int i = 0; i < replicas.size(); i++) {
				List<Replica> one = replicas.subList(i, i + 1);
				alone.add(() -> run(peer, server, server.create(), one, null, 1));
			}
			atOnce(alone);
			if (!peer.looksRarely()) {
				atOnce(List.of(() -> run(peer, server, server.create(), replicas, null, 1)));
			}
		}
		for (int i = 1; i <= (peer.looksRarely() ? 1 : this.options.number("rounds", 2)); i++) {
			int round = i;
			for (Server server : this.servers.keySet()) {
				atOnce(List.of(() -> herd(peer, server, replicas, round)));
			}
		}
		return replicas;
	}

	private boolean herd(Peer peer, Server server, List<Replica> replicas, int round) throws Exception {
		List<Replica> first = replicas.subList(0, 1);
		String database = server.create();
		if (peer.migrates()) {
			run(peer, server, database, first, "single-cold", round);
		}
		for (int i = 0; i < this.options.number("starts", 5); i++) {
			run(peer, server, database, first, "single-warm", round);
		}
		if (peer.migrates()) {
			database = server.create();
			run(peer, server, database, replicas, "herd-cold", round);
		}
		return run(peer, server, database, replicas, "herd-warm", round);
	}

	private Replica start(Peer peer) throws IOException {
		return new Replica(peer, this.directory.resolve(peer + "-" + this.started.incrementAndGet() + ".log"));
	}

	private boolean run(Peer peer, Server server, String database, List<Replica> replicas, @Nullable String scenario,
			int round) throws Exception {
		for (ListIterator<Replica> all = replicas.listIterator(); all.hasNext();) {
			if (!all.next().isAlive()) {
				all.set(start(peer));
			}
		}
		Round run = new Round(server, sampler(server), database, replicas);
		run.begin(peer, false, server.work((scenario != null) ? SHORT : 0));
		run.await(System.currentTimeMillis() + 1000 * this.options.number("limit", 120));
		if (scenario != null) {
			this.results.add(peer, server, scenario, round, run.result(IntStream.rangeClosed(1, STEPS).toArray()));
		}
		return true;
	}

	private boolean longMigration(Peer peer, Server server, List<Replica> replicas) throws Exception {
		int seconds = this.options.number("long", 60);
		String database = server.create();
		run(peer, server, database, replicas.subList(0, 1), null, 1);
		server.logStatements(database);
		Round run = new Round(server, sampler(server), database, replicas.subList(0, Math.min(replicas.size(), 8)));
		run.begin(peer, true, server.work(seconds));
		Thread.sleep(1000 * Math.min(10, seconds / 3));
		run.countStatements(1000 * Math.min(30, seconds / 3));
		run.await(System.currentTimeMillis() + 1000 * (seconds + 20));
		this.results.add(peer, server, "long", 1, run.result(STEPS + 1));
		return true;
	}

	private boolean kill(Peer peer, Server server, List<Replica> replicas) throws Exception {
		List<Replica> alive = replicas.stream().filter(Replica::isAlive).toList();
		int size = this.options.number("kill-replicas", 4);
		for (int round = 1; round <= alive.size() / size; round++) {
			List<Replica> fleet = new ArrayList<>(alive.subList((round - 1) * size, round * size));
			String database = server.create();
			run(peer, server, database, fleet.subList(0, 1), null, 1);
			Round run = new Round(server, sampler(server), database, fleet);
			run.begin(peer, true, server.work(this.options.number("kill-work", 5)));
			long deadline = System.currentTimeMillis() + 1000 * this.options.number("kill-limit", 30);
			run.killWorker(1000, deadline);
			run.await(deadline);
			this.results.add(peer, server, "kill", round, run.result(STEPS + 1));
		}
		return true;
	}

	private void close() throws InterruptedException {
		for (Map.Entry<Server, Sampler> server : this.servers.entrySet()) {
			server.getValue().close();
			server.getKey().close();
		}
	}

}
