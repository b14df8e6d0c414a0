package dev.startgate.protocol;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The protocol holds in its model, and without any of its layers it does not. Page and
 * model say the same.
 */
@Tag("alone")
class ProtocolTests {

	@ParameterizedTest
	@CsvSource({ "OneMigration, 15000", "TwoReplicas, 40000", "ThreeReplicas, 40000", "Doubt, 30000", "Clean, 90000",
			"Erased, 80", "Pooler, 15000", "LeaseOnly, 30000", "Liveness, 30000" })
	void holds(String instance, long atLeast) throws Exception {
		ModelCheck check = ModelCheck.of(instance, "");
		assertThat(check.violated()).as(check.output()).isNull();
		assertThat(check.left()).isZero();
		assertThat(check.states()).as("states of a model that still does something").isGreaterThan(atLeast);
		assertThat(ModelCheck.table("Results").filter((row) -> row.get(0).equals("`" + instance + "`"))).singleElement()
			.satisfies((row) -> assertThat(row.subList(row.size() - 2, row.size()))
				.containsExactly(String.valueOf(check.states()), String.valueOf(check.depth())));
	}

	@ParameterizedTest
	@MethodSource("controls")
	void doesNotHoldWithoutALayer(String layer, String instance, String violated) throws Exception {
		ModelCheck check = ModelCheck.of(instance, layer);
		assertThat(check.violated()).as(check.output()).isEqualTo(violated);
	}

	static Stream<Arguments> controls() throws IOException {
		return ModelCheck.table("Each layer")
			.map((row) -> Arguments.of(unquoted(row.get(0)), unquoted(row.get(1)), unquoted(row.get(2))));
	}

	@Test
	void eachLayerHasAControl() throws IOException {
		List<String> layers = Pattern.compile("Has\\(\"([^\"]+)\"\\)")
			.matcher(Files.readString(ModelCheck.MODEL.resolve("Startgate.tla")))
			.results()
			.map((found) -> found.group(1))
			.distinct()
			.toList();
		assertThat(controls().map((control) -> (String) control.get()[0]).distinct())
			.containsExactlyInAnyOrderElementsOf(layers);
	}

	private static String unquoted(String cell) {
		return cell.replace("`", "");
	}

}
