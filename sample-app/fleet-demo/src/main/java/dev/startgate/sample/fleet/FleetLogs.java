package dev.startgate.sample.fleet;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.boot.system.ApplicationHome;

/**
 * Where the processes of the demo write their logs: into the build directory, wherever
 * the demo was started from.
 */
final class FleetLogs {

	private FleetLogs() {
	}

	static Path directory() throws IOException {
		File classes = new ApplicationHome(FleetDemo.class).getSource();
		if (classes == null || !classes.isDirectory()) {
			return Files.createTempDirectory("fleet");
		}
		return Files.createDirectories(classes.toPath().resolveSibling("fleet"));
	}

}
