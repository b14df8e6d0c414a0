package dev.startgate.chaos;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Ends this process when its parent is gone, however that ended: the parent holds the
 * other end of the standard input.
 */
final class ParentWatch {

	private ParentWatch() {
	}

	static void start() {
		Thread thread = new Thread(() -> {
			try {
				System.in.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				// a broken input is an end, too
			}
			Runtime.getRuntime().halt(1);
		}, "parent-watch");
		thread.setDaemon(true);
		thread.start();
	}

}
