package dev.startgate.chaos;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import dev.startgate.chaos.Sampler.Sample;

/**
 * One fleet on one new database, with the faults of one seed.
 */
final class Round {

	static final int REPLICAS = 3;

	private static final Duration UNTIL_FIRST = Duration.ofMinutes(3);

	/**
	 * Longer than the default lease, a restart and all migrations take together, also on
	 * a very busy machine.
	 */
	private static final Duration UNTIL_SETTLED = Duration.ofMinutes(4);

	private final ChaosDatabase database;

	private final Arm arm;

	private final long seed;

	private final List<Fault> faults;

	private final Content undisturbed;

	private final List<Injection> injections = new ArrayList<>();

	Round(ChaosDatabase database, Arm arm, long seed, List<Fault> faults, Content undisturbed) {
		this.database = database;
		this.arm = arm;
		this.seed = seed;
		this.faults = faults;
		this.undisturbed = undisturbed;
	}

	RoundReport run() throws Exception {
		String name = this.arm.name().toLowerCase(Locale.ROOT) + "_" + this.seed + "_"
				+ Long.toString(System.nanoTime() & 0xFFFFFF, 36);
		Path directory = Directories.result().resolve(this.database.product()).resolve(name);
		Files.createDirectories(directory);
		this.database.create(name);
		List<String> properties = new ArrayList<>(this.arm.properties(lease()));
		properties.addAll(ChaosOptions.replicaProperties());
		long start = System.nanoTime();
		try (Fleet fleet = new Fleet(this.database, name, directory, REPLICAS, properties);
				Sampler sampler = new Sampler(this.database, name, fleet::tokenOf)) {
			fleet.start();
			await(UNTIL_FIRST, () -> sampler.last().isPresent() || fleet.isSettled());
			for (Fault fault : this.faults) {
				inject(fault, name, fleet, sampler);
			}
			await(UNTIL_SETTLED, () -> fleet.isSettled() && sampler.isQuiet());
			Evidence evidence = Evidence.collect(this.database, name, fleet, sampler);
			List<String> violations = new ArrayList<>(Invariants.check(evidence));
			violations.addAll(Content.of(this.database, name).differencesTo(this.undisturbed));
			return new RoundReport(this.seed, this.arm, this.database.describe(),
					this.injections.stream().map((injection) -> injection.describe(start)).toList(), fleet.resolved(),
					Resumed.find(evidence.replicas()), Takeover.find(this.injections, sampler), violations,
					Duration.ofNanos(System.nanoTime() - start), directory);
		}
	}

	private int lease() {
		return this.faults.stream().mapToInt((fault) -> fault.kind().lease()).min().orElse(FaultKind.DEFAULT_LEASE);
	}

	private void inject(Fault fault, String name, Fleet fleet, Sampler sampler) throws Exception {
		await(UNTIL_SETTLED,
				() -> sampler.last().filter((sample) -> hasBegun(sample, fault)).isPresent() || fleet.isSettled());
		Thread.sleep(fault.delayMillis());
		Optional<Sample> last = sampler.last();
		String holder = last.map((sample) -> sample.tokens().get(0)).orElse("replica-1.1");
		boolean now = last.map((sample) -> System.nanoTime() - sample.nanos() < 100_000_000).orElse(false);
		Replica target = fleet.find(holder, fault.target());
		this.injections.add(Injection.inject(fault, this.database, name, target,
				(now && fault.target() == 0) ? last.orElseThrow().sessions().get(0) : null));
	}

	private static boolean hasBegun(Sample sample, Fault fault) {
		return sample.sessions().stream().anyMatch((session) -> Integer.parseInt(session.version()) >= fault.version());
	}

	private static void await(Duration atMost, BooleanSupplier condition) throws InterruptedException {
		long deadline = System.nanoTime() + atMost.toNanos();
		while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
			Thread.sleep(10);
		}
	}

}
