package dev.startgate.chaos;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;

/**
 * Signals that Java can't send.
 */
final class Signals {

	private Signals() {
	}

	static void send(String signal, long pid) throws IOException, InterruptedException {
		new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).inheritIO().start().waitFor();
	}

	/**
	 * Freeze a process for some time. The same script wakes it up again, even if this JVM
	 * is killed meanwhile.
	 */
	static void freeze(long pid, Duration time) throws IOException {
		String script = "kill -STOP " + pid + "; sleep " + time.toMillis() / 1000.0 + "; kill -CONT " + pid;
		// the process may be gone by then, which is no error
		new ProcessBuilder("sh", "-c", script).redirectError(Redirect.DISCARD).start();
	}

}
