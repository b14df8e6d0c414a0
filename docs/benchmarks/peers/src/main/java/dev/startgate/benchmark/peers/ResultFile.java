package dev.startgate.benchmark.peers;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The file with a row for each round. A row also names its run: when it began, on which
 * commit, and how busy the machine was.
 */
final class ResultFile {

	private final Path file;

	private final LocalDateTime began = LocalDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES);

	private final long load = Math.round(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());

	private final String commit;

	ResultFile(Path file) throws IOException {
		this.file = file;
		this.commit = commit();
	}

	synchronized void add(Peer peer, Server server, String scenario, int round, Map<String, Object> result)
			throws IOException {
		Map<String, Object> row = new LinkedHashMap<>();
		row.put("run", this.began);
		row.put("commit", this.commit);
		row.put("load", this.load);
		row.put("database", server.title());
		row.put("peer", peer.title());
		row.put("scenario", scenario);
		row.put("round", round);
		row.putAll(result);
		String line = row.values().stream().map(String::valueOf).collect(Collectors.joining(","));
		System.out.println(line);
		if (!Files.exists(this.file)) {
			Files.writeString(this.file, String.join(",", row.keySet()) + "\n");
		}
		Files.writeString(this.file, line + "\n", StandardOpenOption.APPEND);
	}

	private static String commit() throws IOException {
		Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--exclude=*").start();
		return new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
	}

}
