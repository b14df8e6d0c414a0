package dev.startgate.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import dev.startgate.chaos.Sampler.Session;
import dev.startgate.chaos.TcpProxy.Link;
import org.jspecify.annotations.Nullable;

/**
 * A fault that happened.
 *
 * @param fault the fault
 * @param nanos when it happened
 * @param token the incarnation of the replica that it happened to
 * @param executing whether that incarnation was executing a migration
 */
record Injection(Fault fault, long nanos, String token, boolean executing) {

	static Injection inject(Fault fault, ChaosDatabase database, String name, Replica target,
			@Nullable Session executing) throws Exception {
		Injection injection = new Injection(fault, System.nanoTime(), target.token(), executing != null);
		switch (fault.kind()) {
			case KILL -> target.current().kill();
			case TERM -> target.current().terminate();
			case STOP_SHORT, STOP_LONG -> target.current().freeze(Duration.ofMillis(fault.kind().millis()));
			case CUT -> target.proxy().cut();
			case REFUSE -> {
				change(target, Link.REFUSING, fault);
				target.proxy().cut();
			}
			case BLACK_HOLE -> change(target, Link.BLACK_HOLE, fault);
			case DELAY -> change(target, Link.SLOW, fault);
			case BLOCK -> Blocker.start(database, name, Duration.ofMillis(fault.kind().millis()));
			case END_SESSION -> {
				if (executing != null) {
					database.end(executing.backend());
				}
			}
			case RESTART_FAST -> database.restart(false);
			case RESTART_IMMEDIATE -> database.restart(true);
		}
		return injection;
	}

	private static void change(Replica target, Link link, Fault fault) {
		target.proxy().set(link);
		TcpProxy.daemon(() -> {
			try {
				TimeUnit.MILLISECONDS.sleep(fault.kind().millis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			target.proxy().set(Link.UP);
		}, "end of " + fault.kind());
	}

	String describe(long start) {
		boolean all = this.fault.kind() == FaultKind.BLOCK || this.fault.kind().name().startsWith("RESTART");
		String of = all ? "" : " of " + this.token;
		return "%s%s at +%.2f s (V%d + %d ms%s)".formatted(this.fault.kind(), of, (this.nanos - start) / 1e9,
				this.fault.version(), this.fault.delayMillis(), this.executing ? ", executing" : "");
	}

}
