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
 * Checks that name the property and what it may be.
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
	 * Check that Spring can parse a pattern, if the application has what does that, and
	 * that it can match.
	 */
	static void isPathPattern(String property, String pattern) {
		isTrue(pattern.startsWith("/"), property, pattern, "a pattern that begins with '/', such as '/engine/**'");
		String problem = WEB ? PathPatterns.problemWith(pattern) : null;
		isTrue(problem == null, property, pattern,
				"a pattern that Spring can parse, such as '/engine/**' (%s)".formatted(problem));
	}

	/**
	 * Check that folders are there, unless they are those that an application may have.
	 * @param property the name of the property
	 * @param locations the folders, written as Flyway's locations
	 * @param optional those that may be missing
	 * @param resources finds them
	 */
	static void areThere(String property, List<String> locations, List<String> optional,
			ResourcePatternResolver resources) {
		for (String location : locations) {
			isTrue(optional.contains(location) || isThere(location, resources), property, location,
					"a folder that exists");
		}
	}

	/**
	 * A folder elsewhere than on the class path and in the file system is not looked for,
	 * and an executable without a virtual machine has none.
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
	 * Apart, because an application may have no web.
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
