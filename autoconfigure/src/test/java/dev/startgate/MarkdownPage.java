package dev.startgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A page with its headings and links, as GitHub shows it.
 */
final class MarkdownPage {

	private static final Pattern HEADING = Pattern.compile("^#{1,6} +(.*?) *#*$");

	private static final Pattern EXPLICIT_ANCHOR = Pattern.compile("<a (?:id|name)=\"([^\"]+)\"");

	private static final Pattern LINK = Pattern.compile("(?<!\\\\)\\]\\(\\s*<?([^)\\s>]+)>?(?:\\s+\"[^\"]*\")?\\s*\\)");

	private static final Pattern IMAGE = Pattern.compile("<(?:img|a)\\b[^>]*\\b(?:src|href)=\"([^\"]+)\"");

	private final Path file;

	private final List<String> prose = new ArrayList<>();

	MarkdownPage(Path file) throws IOException {
		this.file = file;
		boolean fenced = false;
		for (String line : Files.readAllLines(file)) {
			if (line.strip().startsWith("```")) {
				fenced = !fenced;
			}
			else if (!fenced) {
				this.prose.add(line);
			}
		}
	}

	Path file() {
		return this.file;
	}

	/**
	 * Return the anchors that a link to this page may have after {@code #}. The anchor of
	 * the second heading with the same words ends with {@code -1}, that of the third with
	 * {@code -2}.
	 */
	Set<String> anchors() {
		Set<String> anchors = new HashSet<>();
		Map<String, Integer> seen = new HashMap<>();
		for (String line : this.prose) {
			EXPLICIT_ANCHOR.matcher(line).results().forEach((anchor) -> anchors.add(anchor.group(1)));
			var heading = HEADING.matcher(line);
			if (heading.matches()) {
				String anchor = anchor(heading.group(1));
				int before = seen.merge(anchor, 1, Integer::sum) - 1;
				anchors.add((before == 0) ? anchor : anchor + "-" + before);
			}
		}
		return anchors;
	}

	/**
	 * Return the targets of all links and images, also of links that span two lines. Code
	 * is not searched for links.
	 */
	List<String> links() {
		String text = String.join("\n", this.prose).replaceAll("`[^`\n]*`", "``");
		List<String> links = new ArrayList<>();
		LINK.matcher(text).results().forEach((link) -> links.add(link.group(1)));
		IMAGE.matcher(text).results().forEach((link) -> links.add(link.group(1)));
		return links;
	}

	/**
	 * Return the anchor that GitHub makes of a heading: without markup, in lower case,
	 * without punctuation except {@code -} and {@code _}, with {@code -} for each space.
	 */
	static String anchor(String heading) {
		return heading.replaceAll("\\[([^]]*)]\\([^)]*\\)", "$1")
			.replaceAll("[`*]", "")
			.toLowerCase(Locale.ROOT)
			.strip()
			.replaceAll("[^\\p{L}\\p{N}\\p{M} _-]", "")
			.replace(' ', '-');
	}

}
