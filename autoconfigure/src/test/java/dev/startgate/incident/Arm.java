package dev.startgate.incident;

/**
 * What keeps migrations and metadata apart.
 */
enum Arm {

	/** Startgate does. */
	STARTGATE(0),

	/** Nothing does: migrations begin a second after the metadata was applied. */
	NOTHING(1_000),

	/** The fix that was accepted: migrations begin ten seconds after the metadata. */
	SLEEP(10_000);

	private final long pause;

	Arm(long pause) {
		this.pause = pause;
	}

	long pause() {
		return this.pause;
	}

}
