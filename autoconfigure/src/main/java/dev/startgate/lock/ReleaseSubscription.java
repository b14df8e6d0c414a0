package dev.startgate.lock;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a waiting replica hears of a lock between two looks.
 */
final class ReleaseSubscription {

	private static final Logger logger = LoggerFactory.getLogger(ReleaseSubscription.class);

	/** One failure may be a broken connection. After two, nobody listens. */
	private static final int MOST_FAILURES = 2;

	private final LeaseTable rows;

	private final ReleaseChannel channel;

	/** Which of the successive connections listens, 0 for none. */
	private volatile int listening;

	private volatile LockObservation seen = LockObservation.NOTHING;

	private final AtomicInteger failures = new AtomicInteger();

	ReleaseSubscription(LeaseTable rows, ReleaseChannel channel) {
		this.rows = rows;
		this.channel = channel;
	}

	/**
	 * Listen to a holder from now on. A holder without sessions may be in the middle of
	 * its release. A replica that has listened to it before still hears of that.
	 * @return whether a pause is to listen, if {@link #isListening()}
	 */
	boolean listen(LockObservation now) {
		boolean same = this.seen.token().equals(now.token());
		if (!now.seen() || now.sessions().isEmpty()) {
			return now.seen() && same;
		}
		if (this.failures.get() >= MOST_FAILURES) {
			return true;
		}
		if (isListening() && same && Set.copyOf(this.seen.sessions()).equals(Set.copyOf(now.sessions()))) {
			return true;
		}
		try {
			boolean heard = this.rows.call("listen for the release of the lock",
					(session) -> this.channel.listen(session, now, this.rows.sessionLockName()));
			this.listening = heard ? this.rows.connectionNumber() : 0;
			this.seen = now;
		}
		catch (RuntimeException ex) {
			this.failures.incrementAndGet();
			logger.debug("This database does not tell of releases", ex);
		}
		return true;
	}

	boolean isListening() {
		return this.listening != 0 && this.listening == this.rows.connectionNumber();
	}

	/**
	 * Wait for news. That the connection has failed is news too.
	 */
	boolean await(Duration atMost) {
		try {
			boolean heard = this.rows.call("listen for the release of the lock",
					(session) -> this.channel.await(session, this.rows.lockName(), atMost));
			this.failures.set(0);
			if (heard) {
				this.seen = LockObservation.NOTHING;
			}
			return heard;
		}
		catch (RuntimeException ex) {
			this.failures.incrementAndGet();
			this.listening = 0;
			logger.debug("A connection that failed listens no more", ex);
			return true;
		}
	}

	/**
	 * The connection may go back to the application.
	 */
	void close() {
		if (isListening()) {
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
