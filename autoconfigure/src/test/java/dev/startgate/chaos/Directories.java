package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Path;

import org.springframework.util.FileSystemUtils;

/**
 * The directory of the logs and results, and how to delete a directory.
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
