package dev.startgate;

import java.io.IOException;
import java.lang.reflect.Parameter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import dev.startgate.autoconfigure.StartgateProperties;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

/**
 * The reference page of all properties. The text between the marks
 * {@code <!-- generated: group -->} and {@code <!-- end -->} is generated from the
 * configuration metadata. People write the sentences around the marks.
 */
final class PropertiesPage {

	static final Path PAGE = Path.of("../docs/reference/properties.md");

	private static final Path SOURCE = Path.of("src/main/java/dev/startgate/autoconfigure/StartgateProperties.java");

	private static final Pattern BLOCK = Pattern.compile("(?s)(<!-- generated: (\\S+) -->\n).*?(<!-- end -->\n)");

	private final Map<String, List<Entry>> groups = new TreeMap<>();

	private final Map<String, List<Map<String, Object>>> values = new LinkedHashMap<>();

	private PropertiesPage() throws IOException {
		Map<String, List<Map<String, Object>>> metadata = JsonPath
			.parse(ProductionCode.metaInf("spring-configuration-metadata.json", "did the processor run?").toFile())
			.read("$");
		for (Map<String, Object> hint : metadata.get("hints")) {
			this.values.put((String) hint.get("name"), values(hint));
		}
		for (Map<String, Object> property : metadata.get("properties")) {
			Entry entry = Entry.of(property);
			if (entry.isListOfRecords()) {
				this.groups.put(entry.name() + "[n]", elements(entry));
			}
			else {
				this.groups.computeIfAbsent(entry.group(), (name) -> new ArrayList<>()).add(entry);
			}
		}
	}

	/**
	 * Return the page as it should be.
	 */
	static String expected() throws IOException {
		return new PropertiesPage().render(Files.readString(PAGE));
	}

	/**
	 * Return all properties that take a value, with those of the elements of lists.
	 */
	static List<Entry> entries() throws IOException {
		return new PropertiesPage().groups.values().stream().flatMap(List::stream).toList();
	}

	/**
	 * Return the values that an editor offers for a property.
	 */
	static List<String> values(Entry entry) throws IOException {
		return new PropertiesPage().values.getOrDefault(entry.name(), List.of())
			.stream()
			.map((value) -> (String) value.get("value"))
			.toList();
	}

	private String render(String page) {
		List<String> missing = new ArrayList<>(this.groups.keySet());
		String rendered = BLOCK.matcher(page).replaceAll((block) -> {
			missing.remove(block.group(2));
			String content = block.group(2).equals("index") ? index(page)
					: sections(this.groups.getOrDefault(block.group(2), List.of()));
			return Matcher.quoteReplacement(block.group(1) + content + "\n" + block.group(3));
		});
		return rendered + missing.stream()
			.map((group) -> "\n## %s\n\n<!-- generated: %s -->\n%s\n<!-- end -->\n".formatted(group, group,
					sections(this.groups.get(group))))
			.collect(Collectors.joining());
	}

	private String index(String page) {
		return BLOCK.matcher(page)
			.results()
			.flatMap((block) -> this.groups.getOrDefault(block.group(2), List.of()).stream())
			.map((entry) -> "| [`%s`](#%s) | %s |\n".formatted(entry.name(), entry.anchor(), entry.defaultText()))
			.collect(Collectors.joining("", "\n| property | default |\n| --- | --- |\n", ""));
	}

	private String sections(List<Entry> entries) {
		return entries.stream().map(this::section).collect(Collectors.joining());
	}

	private String section(Entry entry) {
		StringBuilder section = new StringBuilder("\n### `" + entry.name() + "`\n\n");
		section.append(wrapped(entry.description())).append("\n\n");
		section.append("| type | default | environment variable |\n| --- | --- | --- |\n");
		section.append("| %s | %s | `%s` |\n".formatted(entry.shownType(), entry.defaultText(), entry.variable()));
		List<Map<String, Object>> values = this.values.getOrDefault(entry.name(), List.of());
		if (!values.isEmpty()) {
			section.append("\n| value | meaning |\n| --- | --- |\n");
			values.forEach((value) -> section
				.append("| `%s` | %s |\n".formatted(value.get("value"), value.get("description"))));
		}
		return section.toString();
	}

	@SuppressWarnings("unchecked")
	private static List<Map<String, Object>> values(Map<String, Object> hint) {
		return (List<Map<String, Object>>) hint.getOrDefault("values", List.of());
	}

	/**
	 * Return the properties of the elements of a list, which the metadata leaves out.
	 */
	private static List<Entry> elements(Entry list) throws IOException {
		String simpleName = list.type().replaceAll(".*\\$|>", "");
		Class<?> type = Stream.of(StartgateProperties.class.getDeclaredClasses())
			.filter((candidate) -> candidate.getSimpleName().equals(simpleName))
			.findFirst()
			.orElseThrow();
		String source = Files.readString(SOURCE);
		String javadoc = source.substring(0, source.indexOf("record " + simpleName + "("));
		javadoc = javadoc.substring(javadoc.lastIndexOf("/**"));
		List<Entry> entries = new ArrayList<>();
		for (Parameter parameter : type.getDeclaredConstructors()[0].getParameters()) {
			DefaultValue value = parameter.getAnnotation(DefaultValue.class);
			entries.add(new Entry(list.name() + "[n]." + dashed(parameter.getName()), parameter.getType().getName(),
					described(javadoc, parameter.getName()), (value != null) ? value.value()[0] : null));
		}
		return entries;
	}

	private static String described(String javadoc, String component) {
		Matcher matcher = Pattern.compile("(?s)@param " + component + " (.*?)(\n\\s*\\* @param|\n\\s*\\*/)")
			.matcher(javadoc);
		if (!matcher.find()) {
			throw new IllegalStateException("There is no sentence about '%s'".formatted(component));
		}
		return matcher.group(1).replaceAll("\\s*\n\\s*\\* ", " ");
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static String wrapped(String text) {
		StringBuilder wrapped = new StringBuilder();
		int length = 0;
		for (String word : text.split(" ")) {
			boolean breaks = length + word.length() + 1 > 120;
			wrapped.append((length == 0) ? "" : (breaks ? "\n" : " ")).append(word);
			length = (breaks || length == 0) ? word.length() : length + 1 + word.length();
		}
		return wrapped.toString();
	}

	/**
	 * One property.
	 */
	record Entry(String name, String type, String description, Object defaultValue) {

		static Entry of(Map<String, Object> property) {
			return new Entry((String) property.get("name"), (String) property.get("type"),
					(String) property.get("description"), property.get("defaultValue"));
		}

		boolean isListOfRecords() {
			return this.type.startsWith("java.util.List<" + StartgateProperties.class.getName());
		}

		String group() {
			return this.name.substring(0, this.name.lastIndexOf('.'));
		}

		String anchor() {
			return MarkdownPage.anchor(this.name);
		}

		String variable() {
			return this.name.replaceAll("\\[n]", ".0").replace('.', '_').replace("-", "").toUpperCase(Locale.ROOT);
		}

		ConfigurationPropertyName propertyName() {
			return ConfigurationPropertyName.of(this.name.replace("[n]", "[0]"));
		}

		private String shownType() {
			return "`" + this.type.replaceAll("[\\w.]*[.$](\\w+)", "$1") + "`";
		}

		private String defaultText() {
			Object value = (this.defaultValue instanceof List<?> list) ? (list.isEmpty() ? null : list.get(0))
					: this.defaultValue;
			return (value != null) ? "`" + value + "`" : "none";
		}

	}

}
