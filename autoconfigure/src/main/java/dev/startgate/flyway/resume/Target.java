package dev.startgate.flyway.resume;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a statement is to change.
 *
 * @param type what it is, as the database calls it
 * @param schema its schema, {@code null} for the present one
 * @param name its name
 * @param effect what is to become of it
 */
record Target(String type, @Nullable String schema, String name, Effect effect) {

	private static final Set<String> CALLED = Set.of("procedure", "function", "event");

	/** The look of something that is not there. */
	static final String ABSENT = "absent";

	/**
	 * What a statement makes of something.
	 */
	enum Effect {

		APPEARS, DISAPPEARS, CHANGES

	}

	/**
	 * The settings of the session of the script. An earlier version of Startgate does not
	 * know this target, but must be able to look for its name.
	 */
	static final Target SETTINGS = new Target("settings", null, "session", Effect.CHANGES);

	/**
	 * The same, before the first statement of the script.
	 */
	static final Target BEGINNING = new Target(SETTINGS.type, null, "beginning", Effect.CHANGES);

	boolean isOfSession() {
		return this.type.equals(SETTINGS.type);
	}

	Target changed() {
		return new Target(this.type, this.schema, this.name, Effect.CHANGES);
	}

	/**
	 * Return what it is, for people and as a key. The names of routines and events are
	 * not case-sensitive.
	 */
	String key() {
		String own = CALLED.contains(this.type) ? this.name.toLowerCase(Locale.ROOT) : this.name;
		return this.type + " '" + ((this.schema != null) ? this.schema + "." : "") + own + "'";
	}

	String write() {
		return String.join("\t", this.type, (this.schema != null) ? this.schema : "", this.name, this.effect.name());
	}

	static Target read(String text) {
		String[] parts = text.split("\t", -1);
		return new Target(parts[0], parts[1].isEmpty() ? null : parts[1], parts[2], Effect.valueOf(parts[3]));
	}

}
