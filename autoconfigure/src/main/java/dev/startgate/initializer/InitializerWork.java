package dev.startgate.initializer;

import java.util.List;

import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.Lease;
import dev.startgate.coordination.TransientFailure;
import dev.startgate.coordination.Work;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.InitializingBean;

/**
 * Runs an initializer and records its content, unless that is recorded already.
 */
final class InitializerWork implements Work {

	private final String name;

	private final String item;

	private final String content;

	private final InitializingBean initializer;

	private final AppliedVersions records;

	private boolean done;

	private @Nullable Exception failure;

	InitializerWork(String bean, String content, InitializingBean initializer, AppliedVersions records) {
		this.name = "initializer '" + bean + "'";
		// one record for each content, so that replicas of two releases do not take turns
		this.item = this.name + " " + content;
		this.content = content;
		this.initializer = initializer;
		this.records = records;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String task() {
		return "runs the database " + this.name;
	}

	@Override
	public List<String> pending() {
		boolean recorded = this.records.read().filter((all) -> all.containsKey(this.item)).isPresent();
		return recorded ? List.of() : List.of(this.name);
	}

	/**
	 * Initialize the bean at most once, however often the lock is acquired. A failure is
	 * kept until the lock is released, and then ends the start, as it would without
	 * Startgate.
	 */
	@Override
	public @Nullable TransientFailure perform(Lease lease) {
		if (!this.done && this.failure == null && !pending().isEmpty()) {
			try {
				this.initializer.afterPropertiesSet();
				this.done = true;
			}
			catch (Exception ex) {
				this.failure = ex;
			}
		}
		if (this.done) {
			record(lease);
		}
		return null;
	}

	private void record(Lease lease) {
		try {
			this.records.apply(this.item, this.content, lease, (connection) -> {
			});
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The database " + this.name + " was run, and could not be recorded", ex);
		}
	}

	@Override
	public boolean hasSucceeded() {
		return this.failure == null;
	}

	void rethrow() throws Exception {
		if (this.failure != null) {
			throw this.failure;
		}
	}

	/**
	 * Tell waiting replicas nothing: they run the initializer themselves, and see its
	 * failure.
	 */
	@Override
	public @Nullable String describe(RuntimeException failure) {
		return null;
	}

	/**
	 * Return whether this replica has run it.
	 */
	boolean isDone() {
		return this.done;
	}

}
