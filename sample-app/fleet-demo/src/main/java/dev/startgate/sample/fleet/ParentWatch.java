package dev.startgate.sample.fleet;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Tells a child process that its parent is gone, however the parent ended: it holds the
 * other end of the child's standard input and never writes to it, so the input ends when
 * the parent does.
 */
final class ParentWatch {

	private ParentWatch() {
	}

	static void start(Runnable whenGone) {
		Thread thread = new Thread(() -> {
			awaitEndOfInput();
			whenGone.run();
		}, "parent-watch");
		thread.setDaemon(true);
		thread.start();
	}

	private static void awaitEndOfInput() {
		try {
			System.in.transferTo(OutputStream.nullOutputStream());
		}
		catch (IOException ex) {
			System.err.println("Standard input is broken, so the parent counts as gone: " + ex.getMessage());
		}
	}

}
