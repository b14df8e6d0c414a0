package dev.startgate.flyway.resume;

import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.startgate.flyway.resume.Token.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tokens of a statement from the left to the right.
 */
final class TokenReader {

	private final List<Token> tokens;

	private final boolean foldsCase;

	private int at;

	/**
	 * Create a reader.
	 * @param tokens the tokens
	 * @param foldsCase whether a name without quotes is one in lower case
	 */
	TokenReader(List<Token> tokens, boolean foldsCase) {
		this.tokens = tokens;
		this.foldsCase = foldsCase;
	}

	List<Token> all() {
		return this.tokens;
	}

	boolean isAtEnd() {
		return this.at >= this.tokens.size();
	}

	/**
	 * Move behind some words if they are next.
	 * @return whether they were
	 */
	boolean accept(String... words) {
		for (int i = 0; i < words.length; i++) {
			if (this.at + i >= this.tokens.size() || !this.tokens.get(this.at + i).is(words[i])) {
				return false;
			}
		}
		this.at += words.length;
		return true;
	}

	/**
	 * Move behind one of some words if one is next.
	 * @return whether one was
	 */
	boolean acceptAny(String... words) {
		for (String word : words) {
			if (accept(word)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return the next word in lower case, and move behind it.
	 */
	String word() {
		return isAtEnd() ? "" : this.tokens.get(this.at++).lower();
	}

	/**
	 * Move to the first of some words.
	 * @return whether there is one
	 */
	boolean find(Set<String> words) {
		for (int i = this.at; i < this.tokens.size(); i++) {
			if (this.tokens.get(i).kind() == Kind.WORD && words.contains(this.tokens.get(i).lower())) {
				this.at = i;
				return true;
			}
		}
		return false;
	}

	/**
	 * Return whether the rest has one of some words.
	 */
	boolean has(String... words) {
		Set<String> wanted = Set.of(words);
		return this.tokens.subList(Math.min(this.at, this.tokens.size()), this.tokens.size())
			.stream()
			.anyMatch((token) -> token.kind() == Kind.WORD && wanted.contains(token.lower()));
	}

	/**
	 * Read a name, which may be qualified.
	 * @return the name, {@code null} if there is none that is certain
	 */
	@Nullable QualifiedName name() {
		if (isAtEnd() || !this.tokens.get(this.at).isName()) {
			return null;
		}
		if (this.foldsCase && mayFoldOtherLetters(this.tokens.get(this.at))) {
			return null;
		}
		String first = fold(this.tokens.get(this.at++));
		if (this.at + 1 < this.tokens.size() && this.tokens.get(this.at).is(".")
				&& this.tokens.get(this.at + 1).isName()) {
			this.at++;
			if (this.foldsCase && mayFoldOtherLetters(this.tokens.get(this.at))) {
				return null;
			}
			return new QualifiedName(first, fold(this.tokens.get(this.at++)));
		}
		return new QualifiedName(null, first);
	}

	/**
	 * The encoding of the database decides about capitals that are not in ASCII.
	 */
	private static boolean mayFoldOtherLetters(Token token) {
		return token.kind() == Kind.WORD
				&& token.text().chars().anyMatch((c) -> c >= 0x80 && c != Character.toLowerCase(c));
	}

	private String fold(Token token) {
		return (this.foldsCase && token.kind() == Kind.WORD) ? token.text().toLowerCase(Locale.ROOT) : token.text();
	}

	/**
	 * A name.
	 *
	 * @param schema the schema, {@code null} for the present one
	 * @param name the name
	 */
	record QualifiedName(@Nullable String schema, String name) {
	}

}
