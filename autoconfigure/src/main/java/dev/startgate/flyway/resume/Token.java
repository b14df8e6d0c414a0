package dev.startgate.flyway.resume;

import java.util.Locale;

/**
 * A part of a statement.
 *
 * @param kind what it is
 * @param text its text, without quotes
 */
public record Token(Kind kind, String text) {

	static final Token STRING = new Token(Kind.STRING, "");

	/** Shared, because a statement may have a hundred thousand symbols. */
	private static final Token[] SYMBOLS = new Token[0x80];

	static {
		for (char c = 0; c < SYMBOLS.length; c++) {
			SYMBOLS[c] = new Token(Kind.SYMBOL, String.valueOf(c));
		}
	}

	static Token symbol(char c) {
		return (c < SYMBOLS.length) ? SYMBOLS[c] : new Token(Kind.SYMBOL, String.valueOf(c));
	}

	public enum Kind {

		/** A keyword, a number, or a name without quotes. */
		WORD,

		/** A name in quotes. */
		NAME,

		/** A string, whose text is left out. */
		STRING,

		/** A variable of the user, such as {@code @x} in MySQL. */
		VARIABLE,

		/** A variable of the system, such as {@code @@x} in MySQL. */
		SYSTEM,

		SYMBOL

	}

	public boolean is(String word) {
		return (this.kind == Kind.WORD || this.kind == Kind.SYMBOL) && this.text.equalsIgnoreCase(word);
	}

	public boolean isName() {
		return this.kind == Kind.WORD || this.kind == Kind.NAME;
	}

	public String lower() {
		return this.text.toLowerCase(Locale.ROOT);
	}

}
