package dev.startgate.failure;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import dev.startgate.StartupGate;
import dev.startgate.testing.Patience;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.loader.tools.Libraries;
import org.springframework.boot.loader.tools.Library;
import org.springframework.boot.loader.tools.LibraryScope;
import org.springframework.boot.loader.tools.Repackager;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A packaged application, one jar with all others in it, has Spring Boot's failure
 * analyzers before those of Startgate on its class path. Those of Startgate still win.
 */
class PackagedJarTests {

	private static final Pattern NEEDED = Pattern
		.compile("(spring-(core|beans|context|aop|expression|boot|boot-autoconfigure)|commons-logging"
				+ "|jspecify|micrometer-(commons|observation)|slf4j-api|logback-(core|classic))-[0-9].*\\.jar");

	@TempDir
	private Path directory;

	@Test
	void theAnalysisIsThatOfStartgate() throws Exception {
		Path startgate = jar("startgate.jar",
				Path.of(StartupGate.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
				"dev/startgate|META-INF");
		Path application = jar("application.jar",
				Path.of(PackagedJarTests.class.getProtectionDomain().getCodeSource().getLocation().toURI()),
				Pattern.quote(PackagedJarTests.class.getName().replace('.', '/')));
		Path packaged = this.directory.resolve("packaged.jar");
		Repackager repackager = new Repackager(application.toFile());
		repackager.setMainClass(PackagedApplication.class.getName());
		repackager.repackage(packaged.toFile(), libraries(startgate));
		assertThat(run(packaged, "--startgate.lock.lease=1s")).containsOnlyOnce("APPLICATION FAILED TO START")
			.contains("The value '1s' of 'startgate.lock.lease' makes no sense. It comes from",
					"Set 'startgate.lock.lease' to 3s or more.");
	}

	/**
	 * Return the libraries in the order of Maven: dependencies of the starter come before
	 * Startgate itself.
	 */
	private static Libraries libraries(Path startgate) {
		return (callback) -> {
			for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
				Path file = Path.of(entry);
				if (NEEDED.matcher(file.getFileName().toString()).matches()) {
					callback.library(new Library(file.toFile(), LibraryScope.COMPILE));
				}
			}
			callback.library(new Library(startgate.toFile(), LibraryScope.COMPILE));
		};
	}

	private Path jar(String name, Path classes, String prefix) throws IOException {
		Path jar = this.directory.resolve(name);
		try (OutputStream out = Files.newOutputStream(jar);
				JarOutputStream entries = new JarOutputStream(out);
				Stream<Path> files = Files.walk(classes)) {
			files.filter(Files::isRegularFile).forEach((file) -> {
				String entry = classes.relativize(file).toString().replace(File.separatorChar, '/');
				if (Pattern.compile(prefix).matcher(entry).lookingAt()) {
					add(entries, entry, file);
				}
			});
		}
		return jar;
	}

	private static void add(JarOutputStream entries, String entry, Path file) {
		try {
			entries.putNextEntry(new ZipEntry(entry));
			Files.copy(file, entries);
			entries.closeEntry();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String run(Path jar, String argument) throws Exception {
		Path log = this.directory.resolve("log");
		Process process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-jar", jar.toString(), argument))
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			assertThat(process.waitFor(Patience.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).isEqualTo(1);
			return Files.readString(log);
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class PackagedApplication {

		public static void main(String[] args) {
			SpringApplication.run(PackagedApplication.class, args);
		}

	}

}
