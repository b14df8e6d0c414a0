package dev.startgate.lock;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.coordination.HolderNote;
import dev.startgate.coordination.HolderNote.Kind;
import dev.startgate.coordination.HolderNotes;
import dev.startgate.coordination.LeaseLostException;
import dev.startgate.gate.Time;
import dev.startgate.lock.LeaseTable.Call;
import dev.startgate.lock.RecordTable.Content;
import dev.startgate.lock.RecordTable.Row;
import org.jspecify.annotations.Nullable;

/**
 * The notes in the record table.
 */
final class NoteTable implements HolderNotes {

	private static final int LONGEST_DETAIL = 1000;

	private final LeaseTable rows;

	private final LockTables tables;

	private final RecordTable records;

	private final Time time;

	private final Supplier<Holder> writer;

	private final Call<Boolean> last;

	/**
	 * Create an object.
	 * @param rows the rows of the lock
	 * @param tables the names of the tables
	 * @param records the rows in which the notes are kept
	 * @param time the time
	 * @param writer the holder that writes
	 * @param last whether no later holder has begun, asked in the transaction of a note
	 */
	NoteTable(LeaseTable rows, LockTables tables, RecordTable records, Time time, Supplier<Holder> writer,
			Call<Boolean> last) {
		this.rows = rows;
		this.tables = tables;
		this.records = records;
		this.time = time;
		this.writer = writer;
		this.last = last;
	}

	@Override
	public void write(Kind kind, String item, String detail) {
		change(List.of(new Draft(kind, item, detail)));
	}

	private void change(List<Draft> drafts) {
		change("write a note about '" + drafts.get(0).item() + "' at the lock", (session) -> {
			put(session, drafts);
			return true;
		});
	}

	/**
	 * Change notes, unless a later holder has begun. An earlier holder may have got a new
	 * connection meanwhile.
	 */
	private void change(String what, Call<Boolean> change) {
		boolean last = this.rows.inTransaction(what, (session) -> this.last.on(session) && change.on(session));
		if (!last) {
			throw new LeaseLostException(this.rows.lockName(), "another replica has begun", false);
		}
	}

	@Override
	public void write(Connection connection, Kind kind, String item, String detail) throws SQLException {
		put(connection, List.of(new Draft(kind, item, detail)));
	}

	@Override
	public void write(@Nullable Connection connection, List<Draft> drafts) throws SQLException {
		if (connection != null) {
			put(connection, drafts);
		}
		else {
			change(drafts);
		}
	}

	@Override
	public void commit(Connection connection, List<Draft> drafts) throws SQLException {
		Holder holder = this.writer.get();
		this.records.commit(connection, holder.generation(), holder.replica(), contents(drafts));
	}

	private void put(Connection connection, List<Draft> drafts) throws SQLException {
		Holder holder = this.writer.get();
		this.records.put(connection, holder.generation(), holder.replica(), contents(drafts));
	}

	private static List<Content> contents(List<Draft> drafts) {
		return drafts.stream()
			.map((draft) -> new Content(name(draft.kind()), draft.item(), cut(draft.detail())))
			.toList();
	}

	private static String cut(String detail) {
		return (detail.length() > LONGEST_DETAIL) ? detail.substring(0, LONGEST_DETAIL) : detail;
	}

	@Override
	public void erase(Kind kind, String item) {
		change("erase a note about '" + item + "' at the lock", (session) -> {
			this.records.erase(session, name(kind), item);
			return true;
		});
	}

	@Override
	public void rename(Map<HolderNote, String> items) {
		change("rename notes at the lock", (session) -> {
			for (Map.Entry<HolderNote, String> one : items.entrySet()) {
				this.records.rename(session, name(one.getKey().kind()), one.getKey().item(), one.getValue());
			}
			return true;
		});
	}

	@Override
	public List<HolderNote> read(Kind... kinds) {
		return this.rows.call("read the notes at the lock",
				(session) -> this.records.read(session, Stream.of(kinds).map(NoteTable::name).toList())
					.stream()
					.map(this::note)
					.toList());
	}

	private HolderNote note(Row row) {
		Kind kind = Kind.valueOf(row.kind().toUpperCase(Locale.ROOT));
		return new HolderNote(kind, row.item(), String.valueOf(row.detail()), row.writer(), row.generation(),
				this.time.instant().minus(row.age()), eraseStatement(kind, row.item()));
	}

	private String eraseStatement(Kind kind, String item) {
		return "delete from %s where lock_name = '%s' and kind = '%s' and item = '%s'".formatted(this.tables.record(),
				literal(this.rows.lockName()), name(kind), literal(item));
	}

	private static String literal(String text) {
		return text.replace("'", "''");
	}

	static String name(Kind kind) {
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
