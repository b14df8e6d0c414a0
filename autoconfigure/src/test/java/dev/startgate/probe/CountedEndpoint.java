package dev.startgate.probe;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * An endpoint that counts how often its answer is made.
 */
final class CountedEndpoint implements EarlyEndpoint {

	private final Supplier<?> body;

	private final AtomicLong made = new AtomicLong();

	private volatile List<String> accepted = List.of();

	CountedEndpoint(Supplier<?> body) {
		this.body = body;
	}

	@Override
	public String id() {
		return "start";
	}

	@Override
	public Form form(List<String> accept) {
		this.accepted = accept;
		return accept.contains("image/png") ? null : new Form("text/plain", this::make);
	}

	private Object make() {
		this.made.incrementAndGet();
		return this.body.get();
	}

	long made() {
		return this.made.get();
	}

	List<String> accepted() {
		return this.accepted;
	}

}
