package dev.startgate.flyway;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.startgate.gate.MessageSanitizer;
import org.flywaydb.core.api.MigrationInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * What a note says about a migration, in lines that a person can read in the table.
 *
 * @param version the version, {@code null} if it is repeatable
 * @param checksum the checksum of the script, if it has one
 * @param script the script
 * @param description the description
 * @param line where the script failed, empty if that is not known
 * @param recorded whether Flyway has recorded the failure in its history
 * @param passes whether the failure is transient
 * @param lacks whether the server lacked something, so that the file is not at fault
 * @param error what the database said, empty if nothing has failed
 */
record MigrationDetail(@Nullable String version, String checksum, String script, String description, String line,
		boolean recorded, boolean passes, boolean lacks, String error) {

	private static final int LONGEST_SCRIPT = 250;

	/**
	 * The error is the last, because it is cut off if it is too long. Other users may
	 * read the table, so the values of rows are left out.
	 */
	private static final String ERROR = "error";

	static MigrationDetail of(MigrationInfo migration) {
		String script = migration.getScript();
		return new MigrationDetail((migration.getVersion() != null) ? migration.getVersion().toString() : null,
				String.valueOf(migration.getChecksum()),
				script.substring(Math.max(0, script.length() - LONGEST_SCRIPT)), migration.getDescription(), "", false,
				false, false, "");
	}

	MigrationDetail failed(int atLine, boolean isRecorded, boolean isTransient, boolean isLacking, String said) {
		return new MigrationDetail(this.version, this.checksum, this.script, this.description,
				(atLine > 0) ? Integer.toString(atLine) : "", isRecorded, isTransient, isLacking, said);
	}

	String write() {
		StringBuilder text = new StringBuilder();
		if (this.version != null) {
			append(text, "version", this.version);
		}
		append(text, "checksum", this.checksum);
		append(text, "script", this.script);
		append(text, "description", this.description);
		if (!this.error.isEmpty()) {
			append(text, "line", this.line);
			append(text, "recorded", Boolean.toString(this.recorded));
			append(text, "passes", Boolean.toString(this.passes));
			if (this.lacks) {
				append(text, "lacks", "true");
			}
			text.append(ERROR).append(": ").append(MessageSanitizer.hide(this.error));
		}
		return text.toString().strip();
	}

	private static void append(StringBuilder text, String name, String value) {
		text.append(name).append(": ").append(value.replaceAll("\\R", " ")).append('\n');
	}

	static MigrationDetail read(String text) {
		Map<String, String> values = new LinkedHashMap<>();
		String last = "";
		for (String line : text.lines().toList()) {
			// an empty value at the end was stripped
			int colon = (line + " ").indexOf(": ");
			if (last.equals(ERROR) || colon < 0) {
				values.merge(last, line, (one, other) -> one + "\n" + other);
			}
			else {
				last = line.substring(0, colon);
				values.put(last, line.substring(Math.min(colon + 2, line.length())));
			}
		}
		return new MigrationDetail(values.get("version"), values.getOrDefault("checksum", ""),
				values.getOrDefault("script", ""), values.getOrDefault("description", ""),
				values.getOrDefault("line", ""), Boolean.parseBoolean(values.get("recorded")),
				Boolean.parseBoolean(values.get("passes")), Boolean.parseBoolean(values.get("lacks")),
				values.getOrDefault(ERROR, ""));
	}

	/**
	 * Return the migration, for people.
	 */
	String describe() {
		return describe("");
	}

	/**
	 * Return the migration, for people.
	 * @param label what is put before the migrations of its history
	 */
	String describe(String label) {
		String which = (this.version != null) ? "Migration V" + this.version : "Repeatable migration";
		return (label.isEmpty() ? which : StringUtils.capitalize(label) + StringUtils.uncapitalize(which)) + " '"
				+ this.description + "' (" + this.script + (this.line.isEmpty() ? "" : ", line " + this.line) + ")";
	}

	/** Return whether this is about the file, or class, of a migration. */
	boolean isOf(MigrationInfo migration) {
		return this.script.equals(of(migration).script);
	}

	boolean hasChecksumOf(MigrationInfo migration) {
		return this.checksum.equals(String.valueOf(migration.getChecksum()));
	}

}
