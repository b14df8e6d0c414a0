package dev.startgate.testing;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;

/**
 * The warnings of MariaDB's driver, one for each error of the server. They are logged
 * only while this is open, because many tests cause errors.
 */
public final class DriverWarnings implements AutoCloseable {

	private static final String LOGGER = "org.mariadb.jdbc.message.server.ErrorPacket";

	private final Logger logger = (Logger) LoggerFactory.getLogger(LOGGER);

	private final CapturedOutput output;

	public DriverWarnings(CapturedOutput output) {
		this.output = output;
		this.logger.setLevel(Level.WARN);
	}

	/**
	 * Return the warnings in the log.
	 */
	public List<String> lines() {
		return this.output.toString().lines().filter((line) -> line.contains("ErrorPacket")).toList();
	}

	@Override
	public void close() {
		this.logger.setLevel(Level.ERROR);
	}

}
