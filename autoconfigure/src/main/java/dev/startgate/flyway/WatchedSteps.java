package dev.startgate.flyway;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

import dev.startgate.MigrationSteps;
import dev.startgate.coordination.Backoff;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.Lease;
import dev.startgate.gate.MessageSanitizer;
import dev.startgate.gate.StartCounter;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a migration that runs under a lease.
 */
final class WatchedSteps implements MigrationSteps {

	private static final Logger logger = LoggerFactory.getLogger(WatchedSteps.class);

	private static final Duration SHOW_AGAIN = Duration.ofSeconds(1);

	private final Connection connection;

	private final Lease lease;

	private final Means means;

	private final String item;

	/** Begins each position, which counts only for a migration with this checksum. */
	private final String checksum;

	private final Consumer<String> shown;

	private @Nullable Long shownAt;

	private @Nullable Backoff delays;

	/**
	 * Create the steps of one migration.
	 * @param connection the connection of the migration
	 * @param lease the lease
	 * @param means what is needed to try again
	 * @param item the item of the note with the position
	 * @param checksum the checksum of the migration, {@code null} if it has none
	 * @param shown receives how far the migration is, about once a second
	 */
	WatchedSteps(Connection connection, Lease lease, Means means, String item, @Nullable Integer checksum,
			Consumer<String> shown) {
		this.connection = connection;
		this.lease = lease;
		this.means = means;
		this.item = item;
		this.checksum = checksum + " ";
		this.shown = shown;
	}

	@Override
	public void begin() throws SQLException {
		this.lease.sessions().fence(this.connection);
	}

	@Override
	public boolean areRecorded() {
		return true;
	}

	@Override
	public @Nullable String position() {
		return this.lease.notes()
			.read(HolderNote.Kind.POSITION)
			.stream()
			.filter((note) -> note.item().equals(this.item) && note.detail().startsWith(this.checksum))
			.map((note) -> note.detail().substring(this.checksum.length()))
			.findFirst()
			.orElse(null);
	}

	@Override
	public void record(String position) throws SQLException {
		this.lease.notes().write(this.connection, HolderNote.Kind.POSITION, this.item, this.checksum + position);
	}

	@Override
	public void show(long rows, String text) {
		this.means.gate().journal().count(StartCounter.ROW_CHANGED, rows);
		if (this.shownAt == null || this.means.time().since(this.shownAt).compareTo(SHOW_AGAIN) >= 0) {
			this.shownAt = this.means.time().nanoTime();
			this.shown.accept(text);
		}
	}

	@Override
	public boolean retry(SQLException failure, boolean inCommit, long attempt) throws InterruptedException {
		Optional<String> why = TransientFailures.why(failure, product());
		if (why.isEmpty() || DatabaseCondition.CONNECTION_BROKEN.isMeantBy(failure)
				|| attempt > this.means.retries().most() || (inCommit && !TransientFailures.isRolledBack(failure))) {
			return false;
		}
		if (attempt == 1 || this.delays == null) {
			this.delays = this.means.retries().delays();
		}
		Duration delay = this.delays.next();
		String what = "A chunk of %s failed: %s, which means: %s".formatted(this.item,
				MessageSanitizer.hideCredentials(String.valueOf(failure.getMessage())), why.get());
		this.means.gate().journal().retry(StartCounter.TRANSIENT_FAILURE, this.means.time().instant(), what);
		logger.warn("{}. It was rolled back, and is tried again in {} ms (retry {} of {})", what, delay.toMillis(),
				attempt, this.means.retries().most());
		this.means.pause().pause(delay);
		this.means.gate().journal().count(StartCounter.MILLISECOND_PAUSED, delay.toMillis());
		return true;
	}

	private @Nullable String product() {
		try {
			return this.connection.getMetaData().getDatabaseProductName();
		}
		catch (SQLException ex) {
			return null;
		}
	}

}
