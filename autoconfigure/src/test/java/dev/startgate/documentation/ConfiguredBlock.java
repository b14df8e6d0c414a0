package dev.startgate.documentation;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import dev.startgate.autoconfigure.StartgateProperties;

import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.env.PropertiesPropertySourceLoader;
import org.springframework.boot.env.PropertySourceLoader;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

/**
 * A block of YAML or properties: configuration of an application, or a part of a
 * manifest.
 */
final class ConfiguredBlock {

	private static final Path MANIFESTS = Path.of("../docs/deployment");

	private static final String ROOTS = "(?s)(#[^\\n]*\\n)*(spring|startgate|management|server|logging)[.:].*";

	private ConfiguredBlock() {
	}

	static boolean isOfAnApplication(Block block) {
		return block.text().matches(ROOTS);
	}

	/**
	 * Return the names in a block that no library describes.
	 */
	static List<String> unknownNames(Block block) throws IOException {
		Map<Boolean, Set<String>> known = names();
		return source(block).map((source) -> List.of(source.getPropertyNames()))
			.stream()
			.flatMap(List::stream)
			.filter((name) -> !known.get(false).contains(name.replaceAll("\\[\\d+].*", "")))
			.filter((name) -> known.get(true).stream().noneMatch((map) -> name.startsWith(map + ".")))
			.toList();
	}

	/**
	 * Bind the properties of Startgate, of which none may be unknown.
	 */
	static void bind(Block block) throws IOException {
		source(block).ifPresent((source) -> new Binder(ConfigurationPropertySources.from(source), null,
				ApplicationConversionService.getSharedInstance())
			.bind("startgate", Bindable.of(StartgateProperties.class),
					new NoUnboundElementsBindHandler(BindHandler.DEFAULT)));
	}

	private static Optional<EnumerablePropertySource<?>> source(Block block) throws IOException {
		PropertySourceLoader loader = block.language().equals("yaml") ? new YamlPropertySourceLoader()
				: new PropertiesPropertySourceLoader();
		List<PropertySource<?>> sources = loader.load(block.toString(),
				new ByteArrayResource(block.text().getBytes(StandardCharsets.UTF_8)));
		return sources.stream().findFirst().map((source) -> (EnumerablePropertySource<?>) source);
	}

	/**
	 * Return the names of all properties that libraries describe; those of maps are under
	 * {@code true}.
	 */
	private static Map<Boolean, Set<String>> names() throws IOException {
		return Collections
			.list(ConfiguredBlock.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))
			.stream()
			.flatMap((url) -> {
				try (InputStream metadata = url.openStream()) {
					List<Map<String, Object>> properties = JsonPath.parse(metadata).read("$.properties");
					return properties.stream();
				}
				catch (IOException ex) {
					throw new IllegalStateException(url.toString(), ex);
				}
			})
			.collect(Collectors.partitioningBy(
					(property) -> property.getOrDefault("type", "").toString().startsWith("java.util.Map"),
					Collectors.mapping((property) -> property.get("name").toString(), Collectors.toSet())));
	}

	/**
	 * Return whether the lines of a block are, in this order, lines of a manifest.
	 */
	static boolean isPartOfAManifest(Block block) throws IOException {
		List<String> lines = stripped(block.text());
		try (Stream<Path> files = Files.walk(MANIFESTS)) {
			return files.filter((file) -> file.toString().endsWith(".yaml"))
				.anyMatch((file) -> hasInThisOrder(file, lines));
		}
	}

	private static boolean hasInThisOrder(Path file, List<String> lines) {
		try {
			int next = 0;
			for (String line : stripped(Files.readString(file))) {
				if (next < lines.size() && line.equals(lines.get(next))) {
					next++;
				}
			}
			return next == lines.size();
		}
		catch (IOException ex) {
			throw new IllegalStateException(file.toString(), ex);
		}
	}

	private static List<String> stripped(String text) {
		return text.lines().map(String::strip).filter(Predicate.not(String::isEmpty)).toList();
	}

}
