package dev.startgate.sample.fleet;

/**
 * The demo can't go on, for a reason that its user can resolve.
 */
final class FleetException extends RuntimeException {

	FleetException(String message) {
		super(message);
	}

}
