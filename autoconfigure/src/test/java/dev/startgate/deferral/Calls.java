package dev.startgate.deferral;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * The calls of the application's own code, and whether each came too early.
 */
final class Calls {

	private final List<Call> calls = new CopyOnWriteArrayList<>();

	private final BooleanSupplier settledAndOpen;

	Calls(BooleanSupplier settledAndOpen) {
		this.settledAndOpen = settledAndOpen;
	}

	void add(String what) {
		this.calls.add(new Call(what, !this.settledAndOpen.getAsBoolean()));
	}

	List<String> all() {
		return this.calls.stream().map(Call::what).toList();
	}

	List<String> early() {
		return this.calls.stream().filter(Call::early).map(Call::what).toList();
	}

	private record Call(String what, boolean early) {
	}

}
