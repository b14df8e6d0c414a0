package dev.startgate.deferral;

import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;

/**
 * A condition that is not settled before the test releases it.
 */
final class Hold implements SettleCondition {

	private final AtomicInteger asked = new AtomicInteger();

	private volatile boolean released;

	@Override
	public String name() {
		return "hold";
	}

	@Override
	public Settlement settled() {
		this.asked.incrementAndGet();
		return this.released ? Settlement.done() : Settlement.notYet("the test has not released it");
	}

	void release() {
		this.released = true;
	}

	boolean isReleased() {
		return this.released;
	}

	int asked() {
		return this.asked.get();
	}

}
