package dev.startgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.jayway.jsonpath.JsonPath;
import dev.startgate.autoconfigure.StartgateProperties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata of the configuration properties, which editors show to users.
 */
class ConfigurationMetadataTests {

	private static final String LEADING_ARTICLE = "(?s)(A|An|The) .*";

	@Test
	void everyPropertyHasADescription() throws IOException {
		assertThat(properties()).filteredOn((property) -> description(property).isBlank())
			.extracting(ConfigurationMetadataTests::name)
			.as("properties without a '@param' sentence")
			.isEmpty();
	}

	@Test
	void everyDescriptionIsASentenceWithoutLeadingArticle() throws IOException {
		assertThat(properties()).extracting(ConfigurationMetadataTests::description)
			.filteredOn((description) -> !description.endsWith(".") || description.matches(LEADING_ARTICLE))
			.as("descriptions that begin with an article or do not end with a full stop")
			.isEmpty();
	}

	@Test
	void everyDescriptionOfABooleanBeginsWithWhether() throws IOException {
		assertThat(properties()).filteredOn("type", Boolean.class.getName())
			.extracting(ConfigurationMetadataTests::description)
			.filteredOn((description) -> !description.startsWith("Whether "))
			.as("descriptions of booleans")
			.isEmpty();
	}

	/**
	 * Spring Boot gives each endpoint properties of its own.
	 */
	@Test
	void everyPropertyHasThePrefix() throws IOException {
		assertThat(properties()).extracting(ConfigurationMetadataTests::name)
			.filteredOn((name) -> !name.startsWith("startgate.") && !name.startsWith("management.endpoint.startgate."))
			.as("properties of somebody else")
			.isEmpty();
	}

	@Test
	void everyGroupHasProperties() throws IOException {
		List<String> names = properties().stream().map(ConfigurationMetadataTests::name).toList();
		assertThat(entries("groups")).isNotEmpty()
			.extracting(ConfigurationMetadataTests::name)
			.filteredOn((group) -> names.stream().noneMatch((name) -> name.startsWith(group + ".")))
			.as("groups without properties")
			.isEmpty();
	}

	@Test
	void everyPropertyIsOnThePageWithItsDefault() throws IOException {
		String page = Files.readString(Path.of("../docs/configuration.md"));
		assertThat(properties()).filteredOn((property) -> name(property).startsWith("startgate."))
			.allSatisfy((property) -> assertThat(page).contains(row(property)));
	}

	/**
	 * Return how the row of a property begins. What is no default of the binding is in
	 * words there.
	 */
	private static String row(Map<String, Object> property) {
		Object value = property.get("defaultValue");
		Object first = (value instanceof List<?> list) ? (list.isEmpty() ? null : list.get(0)) : value;
		String type = (String) property.getOrDefault("type", "");
		return type.startsWith("java.util.List<" + StartgateProperties.class.getName())
				? "`" + name(property) + "[n].*`"
				: "| `" + name(property) + "` | " + ((first != null) ? "`" + first + "` |" : "");
	}

	private static List<Map<String, Object>> properties() throws IOException {
		List<Map<String, Object>> properties = entries("properties");
		assertThat(properties).withFailMessage("The metadata has no properties").isNotEmpty();
		return properties;
	}

	private static List<Map<String, Object>> entries(String kind) throws IOException {
		Path metadata = ProductionCode.metaInf("spring-configuration-metadata.json",
				"is there a '@ConfigurationProperties' type, and did spring-boot-configuration-processor run?");
		return JsonPath.parse(metadata.toFile()).read("$." + kind);
	}

	private static String name(Map<String, Object> entry) {
		return (String) entry.get("name");
	}

	private static String description(Map<String, Object> entry) {
		return (String) entry.getOrDefault("description", "");
	}

}
