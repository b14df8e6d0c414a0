package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.startgate.sample.fleet.FleetEvent.Ended;
import dev.startgate.sample.fleet.FleetEvent.Started;

/**
 * The processes of the replicas, and the probes that look at them.
 */
final class Fleet implements AutoCloseable {

	private final Map<String, ChildJvm> replicas = new ConcurrentHashMap<>();

	private final ScheduledExecutorService probes = Executors.newScheduledThreadPool(4);

	private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Clock clock;

	private final BlockingQueue<FleetEvent> events;

	private volatile boolean closing;

	Fleet(Clock clock, BlockingQueue<FleetEvent> events) {
		this.clock = clock;
		this.events = events;
	}

	void start(FleetOptions options, String jdbcUrl, Path logs) throws IOException {
		for (int port = options.port(); port < options.port() + options.replicas(); port++) {
			String name = "replica-" + (port - options.port() + 1);
			List<String> args = new ArrayList<>();
			args.add("--server.port=" + port);
			args.add("--startgate.replica-name=" + name);
			// the database knows the replica by the name of its session
			args.add("--spring.datasource.url=" + jdbcUrl + "?ApplicationName=" + name);
			args.add("--spring.datasource.password=parcels");
			// as on Kubernetes, probes are answered before the web server listens
			args.add("--startgate.probe.enabled=true");
			// the demo reads the state of each replica there
			args.add("--management.endpoint.health.show-details=always");
			args.add("--logging.pattern.console=" + LogLine.PATTERN);
			args.add("--logging.level." + ReplicaLog.STATE_LOGGER + "=DEBUG");
			args.addAll(options.forReplicas());
			ChildJvm jvm = ChildJvm.start(ReplicaMain.class, args, Map.of(), logs.resolve(name + ".log"),
					new ReplicaLog(name, this::report));
			this.replicas.put(name, jvm);
			watch(new Started(name, this.clock.instant(), port, jvm.pid()), jvm);
		}
	}

	private void watch(Started replica, ChildJvm jvm) {
		report(replica);
		jvm.onExit().thenAccept((code) -> report(new Ended(replica.replica(), this.clock.instant(), code)));
		ReplicaProbe probe = new ReplicaProbe(replica, this.http, this.clock, this::report);
		this.probes.scheduleWithFixedDelay(probe, 100, 100, TimeUnit.MILLISECONDS);
	}

	/**
	 * Report an event. Once the demo closes, nobody needs to know how its replicas end.
	 */
	private void report(FleetEvent event) {
		if (!this.closing) {
			this.events.add(event);
		}
	}

	void kill(String name) {
		ChildJvm replica = this.replicas.get(name);
		if (replica != null) {
			replica.kill();
		}
	}

	@Override
	public void close() {
		this.closing = true;
		this.probes.shutdownNow();
		this.replicas.values().forEach(ChildJvm::stop);
		this.replicas.values().forEach(ChildJvm::close);
	}

}
