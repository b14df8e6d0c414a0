package dev.startgate.coordination;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Nothing to do.
 */
public final class NoWork implements Work {

	/**
	 * The only instance.
	 */
	public static final Work INSTANCE = new NoWork();

	private NoWork() {
	}

	@Override
	public String name() {
		return "nothing";
	}

	@Override
	public List<String> pending() {
		return List.of();
	}

	@Override
	public @Nullable TransientFailure perform(Lease lease) {
		return null;
	}

}
