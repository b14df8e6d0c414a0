package dev.startgate.deferral;

import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;

/**
 * A condition that is settled once the test releases it, or once it has been asked often
 * enough.
 */
final class Hold implements SettleCondition {

	private final AtomicInteger asked = new AtomicInteger();

	private final int enough;

	private volatile boolean released;

	Hold() {
		this(Integer.MAX_VALUE);
	}

	Hold(int enough) {
		this.enough = enough;
	}

	@Override
	public String name() {
		return "hold";
	}

	@Override
	public Settlement settled() {
		if (this.asked.incrementAndGet() >= this.enough) {
			release();
		}
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
