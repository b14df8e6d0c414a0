package dev.startgate.actuate.page;

/**
 * A piece of a page. Values from outside are added as text, which is escaped. Only
 * strings from the code are added as markup.
 */
final class Html {

	private final StringBuilder out = new StringBuilder();

	/**
	 * Add markup as it is.
	 */
	Html markup(String markup) {
		this.out.append(markup);
		return this;
	}

	/**
	 * Add text of any origin.
	 */
	Html text(String text) {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			switch (character) {
				case '&' -> this.out.append("&amp;");
				case '<' -> this.out.append("&lt;");
				case '>' -> this.out.append("&gt;");
				case '"' -> this.out.append("&quot;");
				case '\'' -> this.out.append("&#39;");
				default -> this.out.append((Character.isISOControl(character) && !Character.isWhitespace(character))
						? '\uFFFD' : character);
			}
		}
		return this;
	}

	/**
	 * Add an element that contains nothing but text.
	 */
	Html element(String name, String text) {
		int end = name.indexOf(' ');
		return markup("<" + name + ">").text(text).markup("</" + ((end < 0) ? name : name.substring(0, end)) + ">");
	}

	Html add(Html piece) {
		this.out.append(piece.out);
		return this;
	}

	boolean isEmpty() {
		return this.out.isEmpty();
	}

	@Override
	public String toString() {
		return this.out.toString();
	}

}
