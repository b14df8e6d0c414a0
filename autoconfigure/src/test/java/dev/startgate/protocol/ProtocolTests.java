package dev.startgate.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the protocol holds in its model, that it does not hold if a layer is left
 * out, and that the page says the same as the model.
 */
@Tag("alone")
class ProtocolTests {

	/** The instance that takes too long for the build. */
	private static final String LARGE = "`Large`";

	private static final Pattern NAME = Pattern.compile("`([^`]+)`");

	@ParameterizedTest
	@MethodSource("instances")
	void holds(List<String> row) throws Exception {
		assertHolds(ModelCheck.of(names(row.get(0)).get(0), List.of()), row);
	}

	@ParameterizedTest
	@MethodSource("controls")
	void doesNotHoldWithoutALayer(List<String> row) throws Exception {
		ModelCheck check = ModelCheck.of(names(row.get(1)).get(0), names(row.get(0)));
		assertThat(check.violated()).as(check.output()).isEqualTo(names(row.get(2)).get(0));
		assertThat(row.get(3)).as(check.output())
			.isEqualTo(check.violated().equals(ModelCheck.LIVENESS) ? "" : String.valueOf(check.steps()));
	}

	@ParameterizedTest
	@MethodSource("needless")
	void holdsWithoutWhatIsForOtherDatabases(List<String> row) throws Exception {
		assertHolds(ModelCheck.of(names(row.get(1)).get(0), names(row.get(0))), row);
	}

	@Test
	void eachLayerHasAControl() throws IOException {
		List<String> layers = Pattern.compile("Has\\(\"([^\"]+)\"\\)")
			.matcher(Files.readString(ModelCheck.MODEL.resolve("Startgate.tla")))
			.results()
			.map((found) -> found.group(1))
			.distinct()
			.toList();
		assertThat(controls().map((row) -> names(row.get(0)).get(0))).containsExactlyInAnyOrderElementsOf(layers);
	}

	@Test
	void eachConfigurationHasItsResults() throws IOException {
		try (Stream<Path> files = Files.list(ModelCheck.MODEL)) {
			assertThat(files.map((file) -> file.getFileName().toString())
				.filter((file) -> file.endsWith(".cfg"))
				.map((file) -> "`" + file.replace(".cfg", "") + "`"))
				.containsExactlyInAnyOrderElementsOf(ModelCheck.table("Results").map((row) -> row.get(0)).toList());
		}
	}

	private static void assertHolds(ModelCheck check, List<String> row) {
		assertThat(check.violated()).as(check.output()).isNull();
		assertThat(check.left()).isZero();
		assertThat(row).endsWith(String.valueOf(check.states()), String.valueOf(check.depth()));
	}

	static Stream<List<String>> instances() throws IOException {
		return ModelCheck.table("Results").filter((row) -> !row.get(0).equals(LARGE));
	}

	static Stream<List<String>> controls() throws IOException {
		return ModelCheck.table("Each layer").filter((row) -> names(row.get(1)).size() + names(row.get(2)).size() == 2);
	}

	static Stream<List<String>> needless() throws IOException {
		return ModelCheck.table("Each layer").filter((row) -> names(row.get(2)).isEmpty());
	}

	private static List<String> names(String cell) {
		return NAME.matcher(cell).results().map((MatchResult found) -> found.group(1)).toList();
	}

}
