package dev.startgate.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One fault, as it is drawn from the seed of a round.
 *
 * @param kind what happens
 * @param version the migration that must have begun
 * @param delayMillis the time after that
 * @param target the replica that it happens to: 0 is the one that migrates, 1 the next
 * one, and so on
 */
record Fault(FaultKind kind, int version, long delayMillis, int target) {

	private static final int VERSIONS = 6;

	private static final int LONGEST_DELAY = 700;

	/**
	 * Draw the faults of a round. The kind of the first one rotates with the seed, so
	 * that successive rounds cover all kinds. A second fault is more likely after a
	 * block, because it should also happen while a migration is blocked. The further
	 * fault of all rounds, if there is one, comes first.
	 */
	static List<Fault> draw(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		FaultKind[] kinds = FaultKind.values();
		List<Fault> faults = new ArrayList<>();
		FaultKind first = kinds[Math.floorMod(seed, kinds.length)];
		faults.add(draw(random, first));
		if (random.nextInt((first == FaultKind.BLOCK) ? 2 : 5) == 0) {
			faults.add(draw(random, kinds[random.nextInt(kinds.length)]));
		}
		ChaosOptions.further().ifPresent((kind) -> faults.add(0, draw(random, kind)));
		return faults;
	}

	private static Fault draw(SplittableRandom random, FaultKind kind) {
		int target = (random.nextInt(5) == 0) ? 1 + random.nextInt(Round.REPLICAS - 1) : 0;
		return new Fault(kind, 1 + random.nextInt(VERSIONS), random.nextInt(LONGEST_DELAY), target);
	}

}
