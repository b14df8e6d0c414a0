package dev.startgate.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.NativeDetector;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.util.ClassUtils;
import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * Checks of properties. The exception names the property and the values it may have.
 */
final class PropertyChecks {

	private static final boolean WEB = ClassUtils.isPresent("org.springframework.web.util.pattern.PathPatternParser",
			PropertyChecks.class.getClassLoader());

	private static final String CLASS_PATH = "classpath:";

	private static final String FILE_SYSTEM = "filesystem:";

	private PropertyChecks() {
	}

	static void isTrue(boolean holds, String property, @Nullable Object value, String expected) {
		if (!holds) {
			throw new InvalidConfigurationPropertyValueException(property, value, expected);
		}
	}

	/**
	 * Check that a pattern begins with a slash, so that it can match. Check that Spring
	 * can parse it, if the application has the parser.
	 */
	static void isPathPattern(String property, String pattern) {
		isTrue(pattern.startsWith("/"), property, pattern, "a pattern that begins with '/', such as '/engine/**'");
		String problem = WEB ? PathPatterns.problemWith(pattern) : null;
		isTrue(problem == null, property, pattern,
				"a pattern that Spring can parse, such as '/engine/**' (%s)".formatted(problem));
	}

	/**
	 * Check that folders exist, except for those that are optional.
	 * @param property the name of the property
	 * @param locations the folders, written as Flyway's locations
	 * @param optional the folders that may be missing
	 * @param resources the resolver that finds the folders
	 */
	static void areThere(String property, List<String> locations, List<String> optional,
			ResourcePatternResolver resources) {
		for (String location : locations) {
			isTrue(optional.contains(location) || isThere(location, resources), property, location,
					"a folder that exists");
		}
	}

	/**
	 * Return whether a folder exists. Only the class path and the file system are
	 * searched: a folder elsewhere counts as existing. So does one on the class path of a
	 * native image, which has no folders.
	 */
	private static boolean isThere(String location, ResourcePatternResolver resources) {
		String folder = location.startsWith(CLASS_PATH) ? location.substring(CLASS_PATH.length()) : location;
		if (location.startsWith(FILE_SYSTEM)) {
			folder = location.substring(FILE_SYSTEM.length());
			return folder.contains("*") || Files.isDirectory(Path.of(folder));
		}
		try {
			return folder.matches(".*[*?:].*") || NativeDetector.inNativeImage()
					|| resources.getResources("classpath*:" + folder.replaceAll("^/+|/+$", "") + "/").length > 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The class path can't be read", ex);
		}
	}

	/**
	 * A class of its own, because the application may not have Spring's web module.
	 */
	private static final class PathPatterns {

		static @Nullable String problemWith(String pattern) {
			try {
				PathPatternParser.defaultInstance.parse(pattern);
				return null;
			}
			catch (PatternParseException ex) {
				return ex.getMessage();
			}
		}

	}

}
