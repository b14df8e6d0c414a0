package dev.startgate.lock;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a waiting replica hears of a lock between two looks.
 */
final class ReleaseSubscription {

	private static final Logger logger = LoggerFactory.getLogger(ReleaseSubscription.class);

	private final LeaseTable rows;

	private final ReleaseChannel channel;

	/** Which of the successive connections listens, 0 for none. */
	private int listening;

	ReleaseSubscription(LeaseTable rows, ReleaseChannel channel) {
		this.rows = rows;
		this.channel = channel;
	}

	/**
	 * Listen from now on.
	 */
	void listen() {
		if (this.listening != this.rows.connectionNumber()) {
			try {
				this.rows.call("listen for the release of the lock", (session) -> {
					this.channel.listen(session);
					return true;
				});
				this.listening = this.rows.connectionNumber();
			}
			catch (LockFailedException ex) {
				logger.debug("This database does not tell of releases", ex);
			}
		}
	}

	/**
	 * Return whether there are news. That the connection has failed is news too.
	 */
	boolean isThere() {
		if (this.listening == 0 || this.listening != this.rows.connectionNumber()) {
			return false;
		}
		try {
			return this.rows.call("listen for the release of the lock",
					(session) -> this.channel.hasHeard(session, this.rows.lockName()));
		}
		catch (RuntimeException ex) {
			logger.debug("A connection that failed listens no more", ex);
			return true;
		}
	}

	/**
	 * The connection may go back to the application.
	 */
	void close() {
		if (this.listening != 0 && this.listening == this.rows.connectionNumber()) {
			try {
				this.rows.call("listen no more", (session) -> {
					this.channel.unlisten(session);
					return true;
				});
			}
			catch (RuntimeException ex) {
				logger.debug("A connection that failed listens no more", ex);
			}
		}
	}

}
