package dev.startgate.flyway.resume;

import java.util.List;

/**
 * What the evidence says about a statement that was in doubt: whether it has taken
 * effect.
 *
 * @param kind what it says
 * @param compared what was compared, for people
 * @param cleanUp the statements that remove what it has left
 */
record Verdict(Kind kind, String compared, List<String> cleanUp) {

	enum Kind {

		/** It has not taken effect. */
		NOT_DONE,

		/** It has taken effect. */
		DONE,

		/** The evidence does not tell. */
		UNCLEAR,

		/** There was nothing to do, so this target tells nothing. */
		NOTHING,

		/** This target does not tell, but another one of the statement may. */
		SILENT

	}

	static Verdict of(Kind kind, String compared) {
		return new Verdict(kind, compared, List.of());
	}

}
