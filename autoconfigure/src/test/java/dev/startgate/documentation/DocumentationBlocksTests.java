package dev.startgate.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import dev.startgate.GateState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compiles, binds or executes what the pages show. The page of the tests says how to mark
 * a block.
 */
@Tag("long")
class DocumentationBlocksTests {

	/** Each command with what runs it, or why nothing does. */
	private static final Path COMMANDS = Path.of("src/test/resources/documented-commands.txt");

	private static final Pattern A_COMMAND = Pattern
		.compile("^(\\$ )?(\\w+=\\S+ )?(mvn|\\.ci/|kubectl|helm|docker|java|curl|git|cd|export|\\./)\\b");

	static List<Block> java() {
		return Block.in("java");
	}

	static List<Block> configuration() {
		return Block.in("yaml", "properties");
	}

	static List<Block> sql() {
		return Block.in("sql").stream().filter((block) -> !block.mark().startsWith("not run: ")).toList();
	}

	static List<Block> dependencies() {
		return Block.in("xml", "kotlin");
	}

	@ParameterizedTest
	@MethodSource("java")
	void javaCompiles(Block block, @TempDir Path output) throws IOException {
		assertThat(CompiledBlock.complaints(block, output)).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("configuration")
	void configurationIsKnown(Block block) throws IOException {
		if (block.text().contains(".sql.conf\n")) {
			assertThat(block.text()).endsWith("\nexecuteInTransaction=false");
		}
		else if (ConfiguredBlock.isOfAnApplication(block)) {
			assertThat(ConfiguredBlock.unknownNames(block)).isEmpty();
			ConfiguredBlock.bind(block);
		}
		else {
			assertThat(ConfiguredBlock.isPartOfAManifest(block)).as("a part of a manifest in docs/deployment").isTrue();
		}
	}

	@ParameterizedTest
	@MethodSource("sql")
	void sqlIsExecuted(Block block) throws Exception {
		DatabaseBlock.execute(block);
	}

	@ParameterizedTest
	@MethodSource("dependencies")
	void theDependencyIsThatOfTheStarter(Block block) throws IOException {
		String pom = Files.readString(Path.of("../starter/pom.xml"));
		assertThat(pom).contains("<artifactId>startgate-spring-boot-starter</artifactId>");
		String version = pom.split("</?version>")[1];
		assertThat(block.text()).contains("dev.startgate", "startgate-spring-boot-starter", version);
	}

	@Test
	void everyCommandIsOneOfTheList() throws IOException {
		assertThat(Block.in("bash").stream().flatMap(DocumentationBlocksTests::commands).distinct())
			.containsExactlyInAnyOrderElementsOf(commands().keySet());
		assertThat(commands().values()).allMatch((how) -> how.matches("(run by|not run:) .+"));
	}

	@Test
	void noCommandHidesInABlockOfAnotherLanguage() {
		assertThat(Block.in("", "text", "console", "sh", "shell").stream().flatMap(DocumentationBlocksTests::commands))
			.noneMatch((line) -> A_COMMAND.matcher(line).find());
	}

	private static Stream<String> commands(Block block) {
		return block.text()
			.replaceAll("\\\\\n\\s*", "")
			.lines()
			.map(String::strip)
			.filter((line) -> !line.isEmpty() && !line.startsWith("#"));
	}

	/**
	 * Return the commands that a class of tests runs.
	 */
	static Stream<String> runBy(String test) throws IOException {
		return commands().entrySet()
			.stream()
			.filter((entry) -> entry.getValue().equals("run by " + test))
			.map(Map.Entry::getKey);
	}

	private static Map<String, String> commands() throws IOException {
		return Files.readAllLines(COMMANDS)
			.stream()
			.map((line) -> line.split(" -> "))
			.collect(Collectors.toMap((line) -> line[0], (line) -> line[1]));
	}

	@Test
	void thePictureOfTheStatesHasAllOfThem() {
		assertThat(Block.in("mermaid").stream().map(Block::text).filter((text) -> text.startsWith("stateDiagram")))
			.singleElement()
			.asString()
			.contains(Stream.of(GateState.values()).map(GateState::name).toList());
	}

}
