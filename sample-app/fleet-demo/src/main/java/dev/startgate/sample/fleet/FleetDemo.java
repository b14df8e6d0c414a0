package dev.startgate.sample.fleet;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.LoggingSystem;

/**
 * Starts a fleet of the sample application on an empty database and shows how it starts.
 */
public final class FleetDemo {

	private static final Duration FOR_A_TICK = Duration.ofSeconds(10);

	private static final Duration FOR_EVER = Duration.ofDays(365);

	private final BlockingQueue<FleetEvent> events = new LinkedBlockingQueue<>();

	private final Clock clock = Clock.systemUTC();

	private final FleetOptions options;

	private final FleetConsole console;

	private FleetDemo(FleetOptions options, FleetConsole console) {
		this.options = options;
		this.console = console;
	}

	/**
	 * Run the demo.
	 * @param args options such as {@code --fleet.replicas=5}
	 * @throws Exception if something failed that the user can't resolve
	 */
	public static void main(String[] args) throws Exception {
		// print what is of interest, without log lines of the libraries used here
		LoggingSystem.get(FleetDemo.class.getClassLoader()).beforeInitialize();
		endWithParent();
		System.exit(run(args, new FleetConsole(System.out)));
	}

	/**
	 * End with the parent. If Maven or the shell was killed, nobody can press Ctrl-C.
	 */
	private static void endWithParent() {
		ProcessHandle.current().parent().ifPresent((parent) -> parent.onExit().thenRun(() -> System.exit(1)));
	}

	private static int run(String[] args, FleetConsole console) throws Exception {
		try {
			FleetOptions options = FleetOptions.parse(args);
			FleetPorts.check(options);
			return new FleetDemo(options, console).run() ? 0 : 1;
		}
		catch (FleetException ex) {
			console.sayWhyNot(ex);
			return 1;
		}
	}

	private boolean run() throws Exception {
		Path logs = FleetLogs.directory();
		this.console.sayDatabaseStarts();
		try (DatabaseProcess database = DatabaseProcess.start(logs.resolve("database.log"));
				Fleet fleet = new Fleet(this.clock, this.events)) {
			// after Ctrl-C the end of this block is not reached
			Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(fleet, database), "stop-fleet"));
			EvidenceReader evidence = new EvidenceReader(database.asSuperuser());
			evidence.install();
			this.console.sayFleetStarts(this.options, logs);
			Instant start = this.clock.instant();
			fleet.start(this.options, database.url(), logs);
			FleetRun run = new FleetRun(this.options.replicas(), this.events, this.console.timelineFrom(start),
					holderKill(fleet), this.clock);
			return watch(run, start, evidence, () -> this.console.sayWhereToLook(this.options, database));
		}
	}

	private @Nullable HolderKill holderKill(Fleet fleet) {
		Duration after = this.options.killHolderAfter();
		return (after != null) ? new HolderKill(fleet, after) : null;
	}

	private boolean watch(FleetRun run, Instant start, EvidenceReader reader, Runnable beforeStaying) throws Exception {
		run.until(run::isOver, this.options.timeout());
		run.until(() -> reader.hasRunOn(run.serving()), FOR_A_TICK);
		Evidence evidence = reader.read();
		Summary summary = Summary.of(run.stories(), evidence, this.options.killHolderAfter() != null);
		this.console.print(summary, new ReplicaTable(evidence, start), run.stories());
		if (!this.options.exit()) {
			beforeStaying.run();
			run.until(() -> run.serving().isEmpty(), FOR_EVER);
		}
		return summary.isTrue();
	}

	private static void stop(Fleet fleet, DatabaseProcess database) {
		fleet.close();
		database.close();
	}

}
