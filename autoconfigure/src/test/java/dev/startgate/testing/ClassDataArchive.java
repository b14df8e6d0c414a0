package dev.startgate.testing;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets processes of tests load their classes from an archive of the JVM, which takes some
 * forty percent off the processor time of a start. A process beside the tests makes the
 * archive once for a build, and the tests do not wait for it. An archive takes classes
 * from jars only, so the classes of this module are put into jars.
 */
public final class ClassDataArchive {

	private static final Path DIRECTORY = Path.of("target", "class-data");

	private static final List<String> CLASS_PATH = List
		.of(System.getProperty("java.class.path").split(File.pathSeparator));

	private static final String KEY = key();

	private static final Path ARCHIVE = DIRECTORY.resolve(KEY + ".jsa");

	/** For fewer processes an archive is not worthwhile. */
	private static final int FEW = 2;

	private static final AtomicInteger STARTED = new AtomicInteger();

	private ClassDataArchive() {
	}

	/**
	 * Return the beginning of the command line of a process, up to its main class.
	 * @param options options of the JVM
	 */
	public static List<String> java(String... options) {
		boolean there = Files.exists(ARCHIVE);
		if (!there && STARTED.incrementAndGet() == FEW) {
			Thread thread = new Thread(ClassDataArchive::make, "class-data");
			thread.setDaemon(true);
			thread.start();
		}
		return command(there ? "-XX:SharedArchiveFile=" + ARCHIVE.toAbsolutePath() : "-Xshare:auto",
				there ? archivedClassPath() : String.join(File.pathSeparator, CLASS_PATH), options);
	}

	/**
	 * Return the same for other classes of this module, without an archive.
	 * @param classes the directory of these classes
	 * @param options options of the JVM
	 */
	public static List<String> java(Path classes, String... options) {
		return command("-Xshare:auto",
				CLASS_PATH.stream()
					.map((entry) -> Path.of(entry).endsWith(Path.of("target", "classes")) ? classes.toString() : entry)
					.collect(Collectors.joining(File.pathSeparator)),
				options);
	}

	private static List<String> command(String archive, String classPath, String... options) {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
						"-XX:+UseSerialGC", archive));
		command.addAll(List.of(options));
		command.addAll(List.of("-cp", classPath));
		return command;
	}

	private static String archivedClassPath() {
		return CLASS_PATH.stream()
			.map((entry) -> Files.isDirectory(Path.of(entry)) ? jar(entry).toAbsolutePath().toString() : entry)
			.collect(Collectors.joining(File.pathSeparator));
	}

	private static Path jar(String directory) {
		return DIRECTORY.resolve(KEY + "-" + Path.of(directory).getFileName() + ".jar");
	}

	private static void make() {
		try {
			Files.createDirectories(DIRECTORY);
			try (FileChannel channel = FileChannel.open(DIRECTORY.resolve("lock"), StandardOpenOption.CREATE,
					StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
				if (lock != null && !Files.exists(ARCHIVE)) {
					makeJars();
					makeArchive();
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void makeJars() {
		ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
		for (String entry : CLASS_PATH) {
			if (Files.isDirectory(Path.of(entry))) {
				jar.run(new PrintWriter(System.out), new PrintWriter(System.err), "cf", jar(entry).toString(), "-C",
						entry, ".");
			}
		}
	}

	private static void makeArchive() throws IOException, InterruptedException {
		Path made = DIRECTORY.resolve(KEY + ".tmp");
		List<String> command = command("-XX:ArchiveClassesAtExit=" + made.toAbsolutePath(), archivedClassPath());
		command.addAll(List.of(TestApplication.class.getName(), "--spring.main.web-application-type=none",
				"--spring.datasource.url=jdbc:h2:mem:archive", "--spring.flyway.locations=classpath:db/jpa"));
		Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		if (process.waitFor() == 0 && Files.exists(made)) {
			Files.move(made, ARCHIVE, StandardCopyOption.ATOMIC_MOVE);
		}
	}

	/**
	 * Return a key that changes whenever a class of this module changes.
	 */
	private static String key() {
		long newest = CLASS_PATH.stream()
			.map(Path::of)
			.filter(Files::isDirectory)
			.flatMap(ClassDataArchive::files)
			.mapToLong((file) -> file.toFile().lastModified())
			.max()
			.orElse(0);
		return Integer.toHexString(CLASS_PATH.hashCode()) + "-" + Long.toHexString(newest);
	}

	private static Stream<Path> files(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
