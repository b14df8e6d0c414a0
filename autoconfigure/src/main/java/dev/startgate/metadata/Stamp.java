package dev.startgate.metadata;

import dev.startgate.MetadataSource;

/**
 * What is recorded about metadata that was applied: its version, and in a second line its
 * order, if it has one.
 *
 * @param version the version
 * @param order the order
 */
record Stamp(String version, long order) {

	private static final String ORDER = "\norder=";

	static Stamp of(MetadataSource source) {
		return new Stamp(source.version(), source.order());
	}

	static Stamp read(String recorded) {
		int at = recorded.lastIndexOf(ORDER);
		return (at < 0) ? new Stamp(recorded, 0)
				: new Stamp(recorded.substring(0, at), Long.parseLong(recorded.substring(at + ORDER.length())));
	}

	String write() {
		return (this.order == 0) ? this.version : this.version + ORDER + this.order;
	}

}
