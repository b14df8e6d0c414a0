package dev.startgate.flyway.ddl;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import dev.startgate.flyway.resume.Token;

/**
 * Splits a text into its statements, each as its words: keywords and names in lower case.
 */
final class Statements {

	private static final int SHOWN = 3;

	private Statements() {
	}

	static List<List<String>> of(List<Token> tokens) {
		List<List<String>> statements = new ArrayList<>();
		List<String> words = new ArrayList<>();
		for (Token token : tokens) {
			if (token.is(";")) {
				statements.add(words);
				words = new ArrayList<>();
			}
			else if (token.kind() == Token.Kind.WORD) {
				words.add(token.lower());
			}
		}
		statements.add(words);
		return statements;
	}

	/**
	 * Return a word, empty if there are fewer words.
	 */
	static String word(List<String> words, int at) {
		return (at < words.size()) ? words.get(at) : "";
	}

	/**
	 * Return the beginning of the first statement, for people and without values.
	 */
	static String shown(List<Token> tokens) {
		return tokens.stream()
			.takeWhile((token) -> token.isName() || token.is("."))
			.limit(SHOWN + 2)
			.map(Token::text)
			.collect(Collectors.joining(" "))
			.replace(" . ", ".");
	}

}
