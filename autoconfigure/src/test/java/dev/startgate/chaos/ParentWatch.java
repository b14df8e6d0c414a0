package dev.startgate.chaos;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Ends this process when its parent is gone, no matter how the parent ended. The parent
 * holds the other end of the standard input.
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
				// a broken input also means that the parent is gone
			}
			Runtime.getRuntime().halt(1);
		}, "parent-watch");
		thread.setDaemon(true);
		thread.start();
	}

}
