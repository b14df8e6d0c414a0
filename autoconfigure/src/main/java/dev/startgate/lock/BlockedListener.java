package dev.startgate.lock;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A listener for what blocks sessions, and what it knows. It hears of changes only. Used
 * by one thread at a time.
 */
final class BlockedListener {

	private final Consumer<@Nullable String> listener;

	private @Nullable String known;

	BlockedListener(Consumer<@Nullable String> listener) {
		this.listener = listener;
	}

	void tell(List<String> blocking) {
		String now = describe(blocking);
		if (!Objects.equals(now, this.known)) {
			this.known = now;
			this.listener.accept(now);
		}
	}

	private static @Nullable String describe(List<String> blocking) {
		return switch (blocking.size()) {
			case 0 -> null;
			case 1 -> blocking.get(0);
			default -> blocking.size() + " sessions, one of them " + blocking.get(0);
		};
	}

}
