package dev.startgate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The compiled classes of this module's {@code src/main}, without its dependencies and
 * tests, and the source files of these classes.
 */
final class ProductionCode {

	private static final Path OUTPUT = Path
		.of(URI.create(StartupGate.class.getProtectionDomain().getCodeSource().getLocation().toString()));

	private static final Path SOURCES = Path.of(System.getProperty("basedir", "")).resolve("src/main/java");

	private static final JavaClasses CLASSES = new ClassFileImporter().importPath(OUTPUT);

	private ProductionCode() {
	}

	static JavaClasses classes() {
		return CLASSES;
	}

	static Path metaInf(String file, String purpose) {
		Path path = OUTPUT.resolve("META-INF").resolve(file);
		assertThat(path).withFailMessage("This module has no META-INF/%s: %s", file, purpose).isRegularFile();
		return path;
	}

	static List<Path> metaInf(String directory) {
		return files(OUTPUT.resolve("META-INF").resolve(directory), "");
	}

	static List<Path> sources() {
		List<Path> sources = files(SOURCES, ".java");
		assertThat(sources).withFailMessage("There is no source file in %s", SOURCES.toAbsolutePath()).isNotEmpty();
		return sources;
	}

	static Path source(Path relative) {
		return SOURCES.resolve("dev/startgate").resolve(relative);
	}

	static Path relative(Path source) {
		return SOURCES.resolve("dev/startgate").relativize(source);
	}

	static List<String> lines(Path file) {
		try {
			return Files.readAllLines(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static List<Path> files(Path directory, String suffix) {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter(Files::isRegularFile)
				.filter((file) -> file.toString().endsWith(suffix))
				.sorted()
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
