package dev.startgate.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import dev.startgate.GateSnapshot;
import dev.startgate.StartupGate;

/**
 * A file to which one incarnation of a replica appends what it sees of its own gate, and
 * which the harness reads.
 */
final class Journal {

	static final String PROPERTY = "chaos.journal";

	private final Path file;

	Journal(Path file) {
		this.file = file;
	}

	synchronized void append(What what, String detail) {
		String line = Instant.now().toEpochMilli() + " " + what + " " + detail.lines().findFirst().orElse("") + "\n";
		try {
			Files.writeString(this.file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Write down each state of a gate, until the process ends.
	 */
	void follow(StartupGate gate) {
		String last = "";
		while (true) {
			GateSnapshot snapshot = gate.snapshot();
			String current = snapshot.state() + " " + Objects.requireNonNullElse(snapshot.reason(), "");
			if (!current.equals(last)) {
				append(What.STATE, current);
				last = current;
			}
			try {
				Thread.sleep(20);
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

	List<Line> lines() {
		try {
			return Files.exists(this.file) ? Files.readString(this.file)
				.lines()
				.map((line) -> line.split(" ", 3))
				.filter((parts) -> parts.length == 3)
				.map((parts) -> new Line(Long.parseLong(parts[0]), What.valueOf(parts[1]), parts[2]))
				.toList() : List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The kinds of lines in a journal.
	 */
	enum What {

		/** A change of the state of the gate, with the reason. */
		STATE,

		/** The event that the gate is open, with the state. */
		OPENED,

		/**
		 * A tick of a scheduler, with the state of the gate and what is in the history.
		 */
		TICK,

		/** The start of the stand-in for a listener container, with the state. */
		LISTENER,

		/** The application is ready, with the state. */
		READY

	}

	/**
	 * One line of a journal.
	 *
	 * @param at when, in milliseconds since the epoch
	 * @param what what was seen
	 * @param detail more about it
	 */
	record Line(long at, What what, String detail) {

	}

}
