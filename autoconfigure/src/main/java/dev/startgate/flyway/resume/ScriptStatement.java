package dev.startgate.flyway.resume;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A statement of a script, as far as its text tells.
 *
 * @param role how it takes effect
 * @param targets what it is to change, if that tells whether it has taken effect
 * @param traits what else is to be known
 * @param text its tokens, which few ask for
 */
record ScriptStatement(Role role, List<Target> targets, Set<Trait> traits, Supplier<List<Token>> text) {

	private static final int SHOWN = 3;

	private static final Set<String> RENAMING = Set.of("rename", "change");

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

		/** It asks for the last number that was given to a row. */
		READS_NUMBER,

		/** That what it has made exists does not prove that it is complete. */
		TELLS_LITTLE,

		/** From then on nothing else can be written in this session. */
		BLINDS,

		/** From then on something else can be written again. */
		SEES_AGAIN,

		/** What it does to the session is over at the end of its transaction. */
		ENDS_WITH_TRANSACTION,

		/** It takes back what its transaction has done to the session. */
		TAKES_BACK,

		/** The script has rows for it, which are not in its text. */
		HAS_ROWS,

		/** It may leave everything looking as before, and is not to be executed twice. */
		MAY_SWAP,

		/** It runs as somebody else from then on, who may have no rights on notes. */
		CHANGES_USER

	}

	/**
	 * Return a statement that is not understood, after which others may not be either.
	 */
	static ScriptStatement unknown(Supplier<List<Token>> text) {
		return new ScriptStatement(Role.OPAQUE, List.of(), Set.of(Trait.KEEPS_STATE, Trait.BLINDS), text);
	}

	boolean has(Trait trait) {
		return this.traits.contains(trait);
	}

	/**
	 * Return whether another session needs it, too.
	 */
	boolean isReplayed() {
		return this.role == Role.REPLAYED && !has(Trait.ENDS_WITH_TRANSACTION);
	}

	/**
	 * Return whether it leaves nothing in its session that another statement could ask
	 * for, such as a number that was given. A function that it calls could.
	 */
	boolean leavesNothing() {
		return isDefinition() || (this.role == Role.JOINS && !has(Trait.READS_STATE)
				&& (begins("update", null) || begins("delete", null))
				&& this.text.get()
					.stream()
					.noneMatch((token) -> token.is("(") || token.is("next") || token.is("default")
							|| token.kind() == Token.Kind.VARIABLE));
	}

	/**
	 * Return whether it fires no trigger, and calls nothing that could set a variable.
	 */
	boolean isDefinition() {
		return (this.role == Role.ALONE || this.role == Role.AGAIN) && !has(Trait.TELLS_LITTLE);
	}

	/**
	 * Return whether what follows may find another schema.
	 */
	boolean mayChangeSchema() {
		return switch (this.role) {
			case ALONE, AGAIN, OPAQUE -> true;
			case REPLAYED -> begins("use", null);
			default -> false;
		};
	}

	/**
	 * Return whether it may change what it does not name, which its text does not tell.
	 */
	boolean calls() {
		return this.role == Role.OPAQUE && (begins("call", null) || begins("execute", null));
	}

	/**
	 * Return whether other definitions may name something in another way afterwards.
	 */
	boolean renames() {
		return this.role == Role.ALONE && names(RENAMING::contains);
	}

	/**
	 * Return whether nothing tells later for certain that it has taken effect.
	 */
	boolean isHardToTell() {
		return this.role == Role.AGAIN || has(Trait.TELLS_LITTLE) || has(Trait.MAY_SWAP);
	}

	/**
	 * Return whether what it leaves may tell whether it has taken effect.
	 */
	boolean isTelling() {
		return this.role == Role.ALONE && !(has(Trait.MAY_SWAP)
				&& this.targets.stream().allMatch((target) -> target.effect() == Target.Effect.CHANGES));
	}

	/**
	 * Return whether it begins with a word, and another one if that matters.
	 */
	boolean begins(String word, @Nullable String next) {
		List<Token> tokens = this.text.get();
		return !tokens.isEmpty() && tokens.get(0).is(word)
				&& (next == null || (tokens.size() > 1 && tokens.get(1).is(next)));
	}

	ScriptStatement as(Role other, List<Target> resolved) {
		return new ScriptStatement(other, resolved, this.traits, this.text);
	}

	/**
	 * Return the variables of the session that it sets to what its text says.
	 */
	Set<String> assigned() {
		return new SessionVariables(this.text.get()).assigned();
	}

	/**
	 * Return the other variables of the session, whose values it takes.
	 */
	Set<String> variables() {
		return new SessionVariables(this.text.get()).needed();
	}

	/**
	 * Return what its text names, in lower case.
	 */
	Set<String> words() {
		return this.text.get().stream().filter(Token::isName).map(Token::lower).collect(Collectors.toSet());
	}

	/**
	 * Return whether its text names, in lower case, something.
	 */
	boolean names(Predicate<String> something) {
		for (Token token : this.text.get()) {
			if (token.isName() && something.test(token.lower())) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return its beginning, for people: no values.
	 */
	String shown() {
		return this.text.get()
			.stream()
			.filter(Token::isName)
			.limit(SHOWN)
			.map(Token::text)
			.collect(Collectors.joining(" "));
	}

}
