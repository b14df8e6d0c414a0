package dev.startgate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the metadata of the configuration properties, which editors show to users.
 */
class ConfigurationMetadataTests {

	private static final String LEADING_ARTICLE = "(?s)(A|An|The) .*";

	@Test
	void everyDescriptionIsASentenceWithoutLeadingArticle() throws IOException {
		assertThat(properties())
			.filteredOn((property) -> !description(property).endsWith(".")
					|| description(property).matches(LEADING_ARTICLE))
			.extracting(ConfigurationMetadataTests::name)
			.as("properties without a '@param' sentence, or with one that begins with an article")
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
	 * Spring Boot gives each endpoint properties of its own, with another prefix.
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
	void everyGroupHasADescription() throws IOException {
		assertThat(entries("groups")).filteredOn((group) -> !description(group).matches("(?s)[A-Z].*\\."))
			.extracting(ConfigurationMetadataTests::name)
			.as("groups without a sentence in additional-spring-configuration-metadata.json")
			.isEmpty();
	}

	@Test
	void theReferenceOfPropertiesIsThatOfTheMetadata() throws IOException {
		String expected = PropertiesPage.expected();
		if (Boolean.getBoolean("docs.write")) {
			Files.writeString(PropertiesPage.PAGE, expected);
		}
		assertThat(PropertiesPage.PAGE).content()
			.as("to write it: mvn -B -ntp -pl autoconfigure test -Dtest=ConfigurationMetadataTests -Ddocs.write=true")
			.isEqualTo(expected);
	}

	/**
	 * The variable may have an underscore for each hyphen, or nothing in its place.
	 */
	@Test
	void everyPropertyIsReadFromItsEnvironmentVariable() throws IOException {
		assertThat(PropertiesPage.entries()).isNotEmpty().allSatisfy((entry) -> {
			assertThat(isRead(entry, entry.variable())).as(entry.variable()).isTrue();
			String readable = entry.name().replace("[n]", ".0").replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
			assertThat(isRead(entry, readable)).as(readable).isTrue();
		});
	}

	private static boolean isRead(PropertiesPage.Entry entry, String variable) {
		PropertySource<?> environment = new SystemEnvironmentPropertySource(
				StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(variable, "x"));
		return ConfigurationPropertySource.from(environment).getConfigurationProperty(entry.propertyName()) != null;
	}

	/**
	 * Hints let an editor offer the values of each enum with their meaning.
	 */
	@Test
	void everyChoiceHasHints() throws IOException {
		assertThat(PropertiesPage.entries()).filteredOn((entry) -> isChoice(entry.type()))
			.isNotEmpty()
			.allSatisfy((entry) -> assertThat(PropertiesPage.values(entry))
				.as("values of '%s' in additional-spring-configuration-metadata.json", entry.name())
				.containsExactlyElementsOf(constants(entry.type())));
	}

	private static boolean isChoice(String type) {
		return type.startsWith("dev.startgate.") && !constants(type).isEmpty();
	}

	private static List<String> constants(String type) {
		Object[] constants = ClassUtils.resolveClassName(type, null).getEnumConstants();
		return (constants == null) ? List.of()
				: Stream.of(constants)
					.map((constant) -> constant.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
					.toList();
	}

	@Test
	void everyHintIsThatOfAPropertyAndNamesATypeThatIsThere() throws IOException {
		List<String> names = properties().stream().map(ConfigurationMetadataTests::name).toList();
		assertThat(entries("hints")).isNotEmpty().extracting(ConfigurationMetadataTests::name).isSubsetOf(names);
		List<String> targets = JsonPath.parse(metadata().toFile()).read("$.hints[*].providers[*].parameters.target");
		assertThat(targets).isNotEmpty()
			.map((target) -> target.replaceAll(".*<|>", ""))
			.allSatisfy((target) -> assertThat(ClassUtils.isPresent(target, null)).as(target).isTrue());
	}

	private static List<Map<String, Object>> properties() throws IOException {
		List<Map<String, Object>> properties = entries("properties");
		assertThat(properties).withFailMessage("The metadata has no properties").isNotEmpty();
		return properties;
	}

	private static List<Map<String, Object>> entries(String kind) throws IOException {
		return JsonPath.parse(metadata().toFile()).read("$." + kind);
	}

	private static Path metadata() {
		return ProductionCode.metaInf("spring-configuration-metadata.json",
				"is there a '@ConfigurationProperties' type, and did spring-boot-configuration-processor run?");
	}

	private static String name(Map<String, Object> entry) {
		return (String) entry.get("name");
	}

	private static String description(Map<String, Object> entry) {
		return (String) entry.getOrDefault("description", "");
	}

}
