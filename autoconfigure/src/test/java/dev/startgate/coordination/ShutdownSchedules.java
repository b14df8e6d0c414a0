package dev.startgate.coordination;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

import org.springframework.util.Assert;

/**
 * The JVM ends while a thread acquires a lease, works under it and releases it. Lincheck
 * chooses among many orders. Not part of the build, since Lincheck takes a busy machine
 * for a hang.
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=ShutdownSchedules -Dschedules=10000
 * </pre>
 */
class ShutdownSchedules {

	private static final int SCHEDULES = Integer.getInteger("schedules", 1000);

	@Test
	void oneLeaseIsReleasedOnceAndOnlyAfterItsSessionsHaveEnded() {
		Lincheck.runConcurrentTest(SCHEDULES, () -> new Ending().run(1));
	}

	@Test
	void theSecondLeaseOfOneThreadIsReleasedToo() {
		Lincheck.runConcurrentTest(SCHEDULES, () -> new Ending().run(2));
	}

	/**
	 * A thread with leases in turn, and the hook that stops it.
	 */
	private static final class Ending {

		private final Gate gate = new Gate("one", Time.system());

		private final AtomicReference<Thread> hook = new AtomicReference<>();

		private volatile boolean stoppedLate;

		void run(int leases) {
			List<Row> rows = Stream.generate(Row::new).limit(leases).toList();
			Thread worker = new Thread(() -> work(rows));
			worker.start();
			join(worker);
			join(this.hook.get());
			rows.forEach(Row::check);
			Assert.state(!this.stoppedLate, "It is stopped after it has closed its hook");
		}

		private void work(List<Row> rows) {
			try (ShutdownHook shutdown = ShutdownHook.add(this.gate, this.hook::set, Ending::refuse)) {
				this.hook.get().start();
				for (Row row : rows) {
					shutdown.guard(row, "a lock");
					shutdown.begins();
					shutdown.release(row);
				}
			}
			this.stoppedLate = Thread.currentThread().isInterrupted();
		}

		private static void refuse(Thread thread) {
			throw new IllegalStateException("Shutdown in progress");
		}

		private static void join(Thread thread) {
			try {
				thread.join();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	/**
	 * A lease without a database.
	 */
	private static final class Row implements Lease {

		private final AtomicInteger abandoned = new AtomicInteger();

		private final AtomicInteger closed = new AtomicInteger();

		private volatile boolean ended;

		private volatile String wrong;

		void check() {
			Assert.state(this.wrong == null, () -> this.wrong);
			Assert.state(this.closed.get() == 1, "It is not released once");
		}

		@Override
		public void abandon(String why) {
			if (this.abandoned.incrementAndGet() > 1 || this.closed.get() > 0) {
				this.wrong = "It is abandoned twice, or after its release";
			}
			this.ended = true;
		}

		@Override
		public void close() {
			if (this.abandoned.get() > 0 && !this.ended) {
				this.wrong = "It is released while its sessions are being ended";
			}
			if (this.closed.incrementAndGet() > 1) {
				this.wrong = "It is released twice";
			}
			if (Thread.currentThread().isInterrupted()) {
				this.wrong = "An interrupt trips up its release";
			}
		}

		@Override
		public boolean isReleased() {
			return this.closed.get() > 0;
		}

		@Override
		public String lockedSchema() {
			throw new UnsupportedOperationException();
		}

		@Override
		public Holder holder() {
			throw new UnsupportedOperationException();
		}

		@Override
		public void ensureHeld() {
		}

		@Override
		public List<Unsettled> clear() {
			return List.of();
		}

		@Override
		public HolderNotes notes() {
			throw new UnsupportedOperationException();
		}

		@Override
		public WorkSessions sessions() {
			throw new UnsupportedOperationException();
		}

		@Override
		public void report(Progress progress) {
		}

		@Override
		public void restore() {
		}

	}

}
