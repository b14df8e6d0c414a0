package dev.startgate.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

import dev.startgate.GateState;
import dev.startgate.chaos.Journal.What;
import dev.startgate.testing.ClassDataArchive;

/**
 * One incarnation of a replica: a Java process with the class path of this JVM, or with
 * another version of Startgate in it.
 */
final class ReplicaProcess {

	private final Process process;

	private final Path log;

	private final Journal journal;

	private volatile long frozenUntil;

	private ReplicaProcess(Process process, Path log, Journal journal) {
		this.process = process;
		this.log = log;
		this.journal = journal;
	}

	static ReplicaProcess start(String token, Path directory, List<String> properties) throws IOException {
		Optional<Path> other = ChaosOptions.other().filter((classes) -> ThreadLocalRandom.current().nextBoolean());
		Path log = directory.resolve(token + (other.isPresent() ? ".other.log" : ".log"));
		Path journal = directory.resolve(token + ".journal");
		String[] options = { "-Xmx96m", "-D" + Journal.PROPERTY + "=" + journal.toAbsolutePath() };
		List<String> command = new ArrayList<>(other.map((classes) -> ClassDataArchive.java(classes, options))
			.orElseGet(() -> ClassDataArchive.java(options)));
		command.add(ChaosReplica.class.getName());
		properties.forEach((property) -> command.add("--" + property));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
		return new ReplicaProcess(builder.start(), log, new Journal(journal));
	}

	boolean isAlive() {
		return this.process.isAlive();
	}

	int exitCode() {
		return this.process.exitValue();
	}

	Journal journal() {
		return this.journal;
	}

	boolean isReady() {
		return isAlive() && !isFrozen() && this.journal.lines().stream().anyMatch((line) -> line.what() == What.READY);
	}

	/**
	 * Return the last state of the gate in the journal, with its reason. The application
	 * may say that it is open before the gate's watch does, because the thread of the
	 * watch must get some processor time first.
	 */
	String state() {
		return this.journal.lines()
			.stream()
			.filter((line) -> line.what() == What.STATE
					|| (line.what() == What.READY && line.detail().equals(GateState.OPEN.name())))
			.reduce((first, second) -> second)
			.map(Journal.Line::detail)
			.orElse("");
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void kill() {
		this.process.toHandle().destroyForcibly();
	}

	/**
	 * Send SIGTERM by the handle of the process. {@link Process#destroy()} would also
	 * close the input, and then the watch of the parent would end the process at once.
	 */
	void terminate() {
		this.process.toHandle().destroy();
	}

	void freeze(Duration time) {
		try {
			this.frozenUntil = System.nanoTime() + time.plusMillis(100).toNanos();
			Signals.freeze(this.process.pid(), time);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isFrozen() {
		return this.frozenUntil != 0 && System.nanoTime() - this.frozenUntil < 0;
	}

}
