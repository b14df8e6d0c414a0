package dev.startgate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A part of a page that a test generates. With {@code -Ddocs.write=true} the test writes
 * it, otherwise it compares it.
 *
 * @param page the page
 * @param name the name in the comment before the part
 */
public record GeneratedBlock(Path page, String name) {

	/**
	 * Assert that the page has this text in the block.
	 */
	public void assertIs(String block) throws IOException {
		Pattern pattern = Pattern.compile("(?s)(<!-- generated: " + this.name + " -->\n).*?(<!-- end -->\n)");
		String text = Files.readString(this.page);
		String expected = pattern.matcher(text)
			.replaceFirst((found) -> Matcher.quoteReplacement(found.group(1) + "\n" + block + "\n" + found.group(2)));
		if (Boolean.getBoolean("docs.write")) {
			Files.writeString(this.page, expected);
		}
		assertThat(Files.readString(this.page)).isEqualTo(expected).containsPattern(pattern);
	}

}
