package dev.startgate.sample.fleet;

/**
 * A point of the summary.
 *
 * @param holds whether it is true
 * @param text the claim if it is true, otherwise what is there instead
 */
record Point(boolean holds, String text) {

	static Point of(boolean holds, String claim, String otherwise) {
		return new Point(holds, holds ? claim : otherwise);
	}

}
