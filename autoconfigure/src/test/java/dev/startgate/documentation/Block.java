package dev.startgate.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of a page.
 *
 * @param page where it is
 * @param line the number of its first line
 * @param language the language that its fence names, may be empty
 * @param mark the comment just before it, may be empty
 * @param text what is in it
 */
record Block(Path page, int line, String language, String mark, String text) {

	private static final Path ROOT = Path.of("..");

	private static final List<String> OUTSIDE_DOCS = List.of("README.md", "CONTRIBUTING.md", "sample-app/README.md",
			"autoconfigure/src/test/README.md");

	private static final Pattern FENCE = Pattern.compile("( *)```(\\w*)");

	private static final Pattern MARK = Pattern.compile("<!-- (.*) -->");

	/**
	 * Return the blocks of all pages that are in one of these languages.
	 */
	static List<Block> in(String... languages) {
		return pages().stream()
			.flatMap((page) -> of(page).stream())
			.filter((block) -> List.of(languages).contains(block.language()))
			.toList();
	}

	private static List<Path> pages() {
		try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
			return Stream.concat(OUTSIDE_DOCS.stream().map(ROOT::resolve), files)
				.filter((file) -> file.toString().endsWith(".md"))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<Block> of(Path page) {
		List<Block> blocks = new ArrayList<>();
		List<String> lines = lines(page);
		for (int start = 0; start < lines.size(); start++) {
			Matcher fence = FENCE.matcher(lines.get(start));
			if (fence.matches()) {
				int end = start + 1;
				while (!lines.get(end).equals(fence.group(1) + "```")) {
					end++;
				}
				String text = String.join("\n", lines.subList(start + 1, end)).stripIndent();
				Matcher mark = MARK.matcher((start > 0) ? lines.get(start - 1).strip() : "");
				blocks.add(new Block(page, start + 1, fence.group(2), mark.matches() ? mark.group(1) : "", text));
				start = end;
			}
		}
		return blocks;
	}

	private static List<String> lines(Path page) {
		try {
			return Files.readAllLines(page);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.page + ":" + this.line;
	}

}
