package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/**
 * Where the logs and the result are, and the end of directories.
 */
final class Directories {

	private Directories() {
	}

	static Path result() {
		return Path.of("target", "chaos");
	}

	static void delete(Path directory) throws IOException {
		FileSystemUtils.deleteRecursively(directory);
	}

}
