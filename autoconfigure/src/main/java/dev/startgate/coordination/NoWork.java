package dev.startgate.coordination;

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
	public boolean isPending() {
		return false;
	}

	@Override
	public void perform(Lease lease) {
	}

}
