package dev.startgate.metadata;

import dev.startgate.MetadataSource;
import org.jspecify.annotations.Nullable;

/**
 * The record of metadata that was applied: its version, and its order in a second line
 * unless that is 0.
 *
 * @param version the version
 * @param order the order
 */
record MetadataVersion(String version, long order) {

	private static final String ORDER = "\norder=";

	/** The table has room for a hundred characters more, which are for the order. */
	private static final int LONGEST_VERSION = 900;

	private static final int LONGEST_NAME = 190;

	/**
	 * Ask a source what is to be recorded.
	 * @throws UnusableMetadataSourceException if its answer can't be recorded
	 */
	static MetadataVersion of(MetadataSource source) {
		String name = nameOf(source);
		MetadataVersion stamp;
		try {
			stamp = new MetadataVersion(source.version(), source.order());
		}
		catch (RuntimeException ex) {
			throw new UnusableMetadataSourceException(name, "its version can't be found out: " + ex, ex);
		}
		check(stamp.version(), "version", LONGEST_VERSION, name);
		return stamp;
	}

	/**
	 * Ask a source for its name.
	 * @throws UnusableMetadataSourceException if it has none that can be recorded
	 */
	static String nameOf(MetadataSource source) {
		String name = source.name();
		check(name, "name", LONGEST_NAME, source.getClass().getName());
		return name;
	}

	private static void check(@Nullable String value, String what, int longest, String source) {
		if (value == null || value.isBlank()) {
			throw new UnusableMetadataSourceException(source, "its %s is empty".formatted(what), null);
		}
		if (value.length() > longest) {
			throw new UnusableMetadataSourceException(source, "its %s has %d characters, and there is room for %d: %s…"
				.formatted(what, value.length(), longest, value.substring(0, 40)), null);
		}
	}

	static MetadataVersion read(String recorded) {
		int at = recorded.lastIndexOf(ORDER);
		return (at < 0) ? new MetadataVersion(recorded, 0) : new MetadataVersion(recorded.substring(0, at),
				Long.parseLong(recorded.substring(at + ORDER.length())));
	}

	String write() {
		return (this.order == 0) ? this.version : this.version + ORDER + this.order;
	}

}
