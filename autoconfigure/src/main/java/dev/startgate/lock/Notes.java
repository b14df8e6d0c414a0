package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.gate.Note;
import dev.startgate.gate.Note.Kind;
import dev.startgate.gate.Time;

/**
 * The notes in the record table.
 */
final class Notes {

	private static final int LONGEST_DETAIL = 1000;

	private final LockRows rows;

	private final LockTables tables;

	private final Time time;

	Notes(LockRows rows, LockTables tables, Time time) {
		this.rows = rows;
		this.tables = tables;
		this.time = time;
	}

	void write(Kind kind, String item, String detail, Holder writer) {
		this.rows.call("write a note about '" + item + "' at the lock", (session) -> {
			write(session, kind, item, detail, writer);
			return true;
		});
	}

	void write(Connection connection, Kind kind, String item, String detail, Holder writer) throws SQLException {
		String cut = (detail.length() > LONGEST_DETAIL) ? detail.substring(0, LONGEST_DETAIL) : detail;
		this.rows.records().put(connection, name(kind), item, writer.generation(), writer.replica(), cut);
	}

	void erase(Kind kind, String item) {
		this.rows.call("erase a note about '" + item + "' at the lock", (session) -> {
			this.rows.records().erase(session, name(kind), item);
			return true;
		});
	}

	List<Note> read(Kind kind) {
		return this.rows.call("read the notes at the lock",
				(session) -> this.rows.records()
					.read(session, name(kind))
					.stream()
					.map((row) -> new Note(kind, row.item(), String.valueOf(row.detail()), row.writer(),
							row.generation(), this.time.instant().minus(row.age()), eraseStatement(kind, row.item())))
					.toList());
	}

	private String eraseStatement(Kind kind, String item) {
		return "delete from %s where lock_name = '%s' and kind = '%s' and item = '%s'".formatted(this.tables.record(),
				literal(this.rows.lockName()), name(kind), literal(item));
	}

	private static String literal(String text) {
		return text.replace("'", "''");
	}

	private static String name(Kind kind) {
		return switch (kind) {
			case INTENT -> "intent";
			case FAILURE -> "failure";
			case TROUBLE -> "trouble";
			case POSITION -> "position";
			case SCRIPT -> "script";
			case LOOK -> "look";
			case INDEXES -> "indexes";
		};
	}

}
