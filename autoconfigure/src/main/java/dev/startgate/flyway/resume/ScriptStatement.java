package dev.startgate.flyway.resume;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What the text of a statement tells about it.
 *
 * @param role how it takes effect
 * @param targets what it is to change, if that tells whether it has taken effect
 * @param traits what else matters about it
 * @param text its tokens, which few callers need
 */
record ScriptStatement(Role role, List<Target> targets, Set<Trait> traits, Supplier<List<Token>> text) {

	private static final int SHOWN = 3;

	private static final Set<String> RENAMING = Set.of("rename", "change");

	/**
	 * How a statement takes effect.
	 */
	enum Role {

		/** It takes effect with its transaction, and may be put into one. */
		JOINS,

		/** It changes only the session, so that another session executes it again. */
		REPLAYED,

		/** It begins a transaction. On MySQL and MariaDB it also commits an open one. */
		BEGINS,

		/** It commits the open transaction. */
		COMMITS,

		/** It rolls the open transaction back. */
		ROLLS_BACK,

		/** It takes effect by itself, and its targets tell whether it has. */
		ALONE,

		/** It takes effect by itself, and does no harm if it is executed again. */
		AGAIN,

		/** Nothing is known of its effect. */
		OPAQUE

	}

	/**
	 * What else matters about a statement.
	 */
	enum Trait {

		/** It leaves something in the session that can't be made again in another one. */
		KEEPS_STATE,

		/** It asks for something that an earlier statement has left in the session. */
		READS_STATE,

		/** It asks for the last number that was given to a row. */
		READS_NUMBER,

		/** What it makes may exist without being complete. */
		TELLS_LITTLE,

		/** After it, nothing else can be noted in this session. */
		BLINDS,

		/** After it, something can be noted again. */
		SEES_AGAIN,

		/** Its effect on the session ends with its transaction. */
		ENDS_WITH_TRANSACTION,

		/** It takes back what its transaction has done to the session. */
		TAKES_BACK,

		/** Its rows follow in the script, and are not part of its text. */
		HAS_ROWS,

		/** It may leave everything looking as before, and is not to be executed twice. */
		MAY_SWAP,

		/** It changes the user to one who may have no right to the notes. */
		CHANGES_USER

	}

	/**
	 * Return a statement that can't be understood. Those after it may not be understood
	 * either.
	 */
	static ScriptStatement unknown(Supplier<List<Token>> text) {
		return new ScriptStatement(Role.OPAQUE, List.of(), Set.of(Trait.KEEPS_STATE, Trait.BLINDS), text);
	}

	boolean has(Trait trait) {
		return this.traits.contains(trait);
	}

	/**
	 * Return whether another session has to execute it, too.
	 */
	boolean isReplayed() {
		return this.role == Role.REPLAYED && !has(Trait.ENDS_WITH_TRANSACTION);
	}

	/**
	 * Return whether it leaves nothing in its session that another statement could ask
	 * for, such as a generated number. A function that it calls could leave something.
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
	 * Return whether later statements may run in another schema, or in a changed one.
	 */
	boolean mayChangeSchema() {
		return switch (this.role) {
			case ALONE, AGAIN, OPAQUE -> true;
			case REPLAYED -> begins("use", null);
			default -> false;
		};
	}

	/**
	 * Return whether it may change something that its text does not name.
	 */
	boolean calls() {
		return this.role == Role.OPAQUE && (begins("call", null) || begins("execute", null));
	}

	/**
	 * Return whether it may change a name in other definitions, too.
	 */
	boolean renames() {
		return this.role == Role.ALONE && names(RENAMING::contains);
	}

	/**
	 * Return whether nothing can prove later that it has taken effect.
	 */
	boolean isHardToTell() {
		return this.role == Role.AGAIN || has(Trait.TELLS_LITTLE) || has(Trait.MAY_SWAP);
	}

	/**
	 * Return whether its targets may show if it has taken effect.
	 */
	boolean isTelling() {
		return this.role == Role.ALONE && !(has(Trait.MAY_SWAP)
				&& this.targets.stream().allMatch((target) -> target.effect() == Target.Effect.CHANGES));
	}

	/**
	 * Return whether it begins with a word, and with a next one unless that is
	 * {@code null}.
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
	 * Return the variables of the session that its text assigns.
	 */
	Set<String> assigned() {
		return new SessionVariables(this.text.get()).assigned();
	}

	/**
	 * Return the variables of the session whose values it needs.
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
	 * Return whether its text has a name that matches in lower case.
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
	 * Return its first words, for people. Strings are left out.
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
