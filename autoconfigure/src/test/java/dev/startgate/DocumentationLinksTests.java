package dev.startgate;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that each link within the repository leads to a file that exists, and to a
 * heading that the file has.
 */
class DocumentationLinksTests {

	private static final Path ROOT = Path.of("..");

	@Test
	void everyLinkLeadsSomewhere() throws IOException {
		List<String> dead = new ArrayList<>();
		List<Path> pages = pages();
		assertThat(pages).as("pages").isNotEmpty();
		for (Path page : pages) {
			for (String link : new MarkdownPage(page).links()) {
				fault(page, link).ifPresent((fault) -> dead.add(ROOT.relativize(page) + ": " + link + " " + fault));
			}
		}
		assertThat(dead).as("dead links").isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			Not promised                             | not-promised
			`Migration V… was interrupted`           | migration-v-was-interrupted
			`… is needed, but`                       | -is-needed-but
			`startgate.lock.max-wait`                | startgatelockmax-wait
			startgate.metadata.http[n].url           | startgatemetadatahttpnurl
			What [is](there.md#a) *not* there: `a_b` | what-is-not-there-a_b
			""")
	void anchorsAreThoseOfGitHub(String heading, String anchor) {
		assertThat(MarkdownPage.anchor(heading)).isEqualTo(anchor);
	}

	private static Optional<String> fault(Path page, String link) throws IOException {
		if (link.matches("[a-z]+:.*")) {
			return Optional.empty();
		}
		String[] parts = link.split("#", 2);
		Path target = parts[0].isEmpty() ? page
				: page.resolveSibling(URLDecoder.decode(parts[0], StandardCharsets.UTF_8)).normalize();
		if (!Files.exists(target)) {
			return Optional.of("is not there");
		}
		if (parts.length == 2 && target.toString().endsWith(".md")
				&& !new MarkdownPage(target).anchors().contains(parts[1])) {
			return Optional.of("has no such heading");
		}
		return Optional.empty();
	}

	static List<Path> pages() throws IOException {
		try (Stream<Path> files = Files.walk(ROOT)) {
			return files.filter((file) -> file.toString().endsWith(".md"))
				.filter((file) -> Stream.of("target", ".git", "node_modules")
					.noneMatch((folder) -> file.toString().contains("/" + folder + "/")))
				.sorted()
				.toList();
		}
	}

}
