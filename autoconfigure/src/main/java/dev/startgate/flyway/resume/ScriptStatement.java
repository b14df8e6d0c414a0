package dev.startgate.flyway.resume;

import java.util.List;
import java.util.Set;

/**
 * A statement of a script, as far as its text tells.
 *
 * @param role how it takes effect
 * @param targets what it is to change, if that tells whether it has taken effect
 * @param traits what else is to be known
 * @param assigned the variables of the session that it sets to what its text says
 * @param variables the variables of the session that it mentions
 * @param words what its text names, in lower case; empty where nobody asks for it
 * @param shown its beginning, for people
 */
record ScriptStatement(Role role, List<Target> targets, Set<Trait> traits, Set<String> assigned, Set<String> variables,
		Set<String> words, String shown) {

	/**
	 * How a statement takes effect.
	 */
	enum Role {

		/** With the transaction that it runs in, and may be put into one. */
		JOINS,

		/** In the session only, which is why it is executed again in another one. */
		REPLAYED,

		/** A transaction begins; one that is open is committed. */
		BEGINS,

		/** The open transaction is committed. */
		COMMITS,

		/** The open transaction is rolled back. */
		ROLLS_BACK,

		/** By itself, and its targets tell whether it has. */
		ALONE,

		/** By itself, and does no harm if it is executed again. */
		AGAIN,

		/** Nobody knows. */
		OPAQUE

	}

	/**
	 * What else is to be known of a statement.
	 */
	enum Trait {

		/** It leaves something in the session that can't be made again in another one. */
		KEEPS_STATE,

		/** It asks for something that an earlier statement has left in the session. */
		READS_STATE,

		/** What it has made does not tell whether all of it is there. */
		TELLS_LITTLE,

		/** From then on nothing else can be written in this session. */
		BLINDS,

		/** That is over. */
		SEES_AGAIN,

		/** It runs as somebody else from then on, who may have no rights on notes. */
		CHANGES_USER

	}

	boolean has(Trait trait) {
		return this.traits.contains(trait);
	}

	ScriptStatement as(Role other, List<Target> resolved) {
		return new ScriptStatement(other, resolved, this.traits, this.assigned, this.variables, this.words, this.shown);
	}

}
