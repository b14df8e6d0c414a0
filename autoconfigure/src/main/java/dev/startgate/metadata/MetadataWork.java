package dev.startgate.metadata;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import dev.startgate.MetadataSource;
import dev.startgate.StepKind;
import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.coordination.Remainder;
import dev.startgate.coordination.TransientFailure;
import dev.startgate.coordination.Work;
import dev.startgate.gate.Gate;
import dev.startgate.gate.RunningStep;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the metadata sources whose version was not applied yet, in order.
 */
final class MetadataWork implements Work {

	private static final Logger logger = LoggerFactory.getLogger(MetadataWork.class);

	/** How long the connection may take to answer. */
	private static final int SECONDS = 5;

	private final List<MetadataSource> sources;

	private final AppliedVersions versions;

	private final MetadataVersionPolicy order;

	private final Gate gate;

	private final @Nullable SettleWait settling;

	private volatile boolean done;

	/**
	 * Create the work.
	 * @param sources the sources, in order
	 * @param versions what was applied
	 * @param order decides which version is older
	 * @param gate shows the steps
	 * @param settling waits until all sources have settled, before other work follows
	 * under the same lease; {@code null} if none follows
	 */
	MetadataWork(List<MetadataSource> sources, AppliedVersions versions, MetadataVersionPolicy order, Gate gate,
			@Nullable SettleWait settling) {
		this.order = order;
		this.sources = List.copyOf(sources);
		this.versions = versions;
		this.gate = gate;
		this.settling = settling;
	}

	@Override
	public String name() {
		return "metadata " + this.sources.stream().map((source) -> "'" + source.name() + "'").toList();
	}

	@Override
	public List<String> pending() {
		check(this.sources);
		Optional<Map<String, String>> read = this.versions.read();
		boolean pending = read.isPresent()
				&& this.sources.stream().anyMatch((source) -> this.order.isPending(source, read.get()));
		this.done = !pending;
		return pending ? List.of(name()) : List.of();
	}

	/**
	 * Return whether nothing was left to do, here or by another replica.
	 */
	boolean isDone() {
		return this.done;
	}

	List<MetadataSource> sources() {
		return this.sources;
	}

	/**
	 * Make sure, before any source is applied, that each can be recorded under its own
	 * name.
	 * @throws UnusableMetadataSourceException if one can't
	 */
	static void check(List<MetadataSource> sources) {
		// a collation of MySQL or MariaDB may ignore case
		Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		for (MetadataSource source : sources) {
			if (!names.add(MetadataVersion.nameOf(source))) {
				throw new UnusableMetadataSourceException(source.name(),
						"another source has that name, too (case does not count)", null);
			}
		}
	}

	@Override
	public @Nullable TransientFailure perform(Lease lease) {
		check(this.sources);
		this.sources.forEach(MetadataVersion::of);
		Map<String, String> applied = this.versions.read().orElse(Map.of());
		this.sources.stream()
			.filter((source) -> this.order.isPending(source, applied))
			.forEach((source) -> apply(source, lease));
		if (this.settling != null) {
			this.settling.await(this.sources);
		}
		this.done = true;
		return null;
	}

	@Override
	public @Nullable Remainder left(RuntimeException failure) {
		return (failure instanceof MetadataFailedException stopped) ? new Remainder("Metadata '" + stopped.getSource()
				+ "' was being applied, and the next start applies it again unless it is recorded", false) : null;
	}

	private void apply(MetadataSource source, Lease lease) {
		MetadataVersion stamp = MetadataVersion.of(source);
		try (RunningStep timing = this.gate.begin(StepKind.APPLY, source.name())) {
			this.versions.apply(source.name(), stamp.write(), lease, (connection) -> apply(source, stamp, connection));
			logger.info("Applied version '{}' of metadata '{}'", stamp.version(), source.name());
		}
		catch (LeaseLostException | MetadataFailedException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new MetadataFailedException(source.name(), stamp.version(), ex, false);
		}
	}

	/**
	 * A source may fail because of another database: so ask whether this connection
	 * works.
	 */
	private static void apply(MetadataSource source, MetadataVersion stamp, Connection connection) throws Exception {
		try {
			source.apply(connection);
		}
		catch (Exception ex) {
			throw new MetadataFailedException(source.name(), stamp.version(), ex, isAnswering(connection));
		}
	}

	private static boolean isAnswering(Connection connection) {
		try {
			return connection.isValid(SECONDS);
		}
		catch (SQLException ex) {
			return false;
		}
	}

}
