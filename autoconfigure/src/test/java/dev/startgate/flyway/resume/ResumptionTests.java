package dev.startgate.flyway.resume;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

import dev.startgate.flyway.resume.Resumption.Step;
import dev.startgate.flyway.resume.ScriptPosition.Doubt;
import dev.startgate.flyway.resume.Verdict.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which statements of an interrupted script are executed.
 */
class ResumptionTests {

	private final List<String> cleaned = new ArrayList<>();

	private Verdict verdict = Verdict.of(Kind.NOT_DONE, "as before");

	private @Nullable String changed;

	private boolean always;

	private boolean otherRows;

	private Function<Integer, String> number = (asked) -> "0";

	private int asked;

	private Function<String, ScriptStatement> read = (sql) -> MySqlStatements.read(sql, false, false);

	private final List<String> script = new ArrayList<>(List.of("set names utf8", "alter table a add x int",
			"update a set n = n + 1", "alter table b add y int", "update b set n = n + 1"));

	@Test
	void whatWasRolledBackAsAWholeIsExecutedAsAWhole() throws SQLException {
		assertThat(run(0, null, true)).containsExactly("1", "2", "3", "4", "5");
	}

	@Test
	void goesOnBehindWhatIsDone() throws SQLException {
		assertThat(run(3, null, true)).containsExactly("1 again", "4", "5");
	}

	@Test
	void theOneInDoubtIsExecutedIfItHasNotTakenEffect() throws SQLException {
		this.verdict = new Verdict(Kind.NOT_DONE, "", List.of("drop x"));
		assertThat(run(3, 4, true)).containsExactly("1 again", "4", "5");
		assertThat(this.cleaned).containsExactly("drop x");
	}

	@Test
	void theOneInDoubtIsNotExecutedIfItHasTakenEffect() throws SQLException {
		this.verdict = Verdict.of(Kind.DONE, "changed");
		assertThat(run(3, 4, true)).containsExactly("1 again", "5");
	}

	@Test
	void nothingIsExecutedIfThatIsUnclear() throws SQLException {
		this.verdict = Verdict.of(Kind.UNCLEAR, "x");
		assertThat(run(3, 4, true)).containsExactly("1 again", "refused");
		assertThat(run(3, 4, false)).containsExactly("1 again", "refused");
	}

	@Test
	void nothingIsExecutedIfSomethingHasChangedMeanwhile() throws SQLException {
		this.changed = "table 'a'";
		assertThat(run(3, 4, true)).containsExactly("1 again", "refused");
		assertThat(run(3, null, true)).containsExactly("1 again", "refused");
		assertThat(run(5, null, true)).containsExactly("1 again", "refused");
	}

	@Test
	void nothingIsExecutedIfWhatIsDoneIsAnotherScript() throws SQLException {
		ScriptPosition position = position(3, 4, true);
		this.script.set(1, "alter table a add z int");
		assertThat(run(position)).containsExactly("1 again", "refused");
	}

	@Test
	void whatHadNoEffectMayHaveBeenCorrected() throws SQLException {
		ScriptPosition position = position(3, 4, true);
		this.script.set(3, "alter table c add y int");
		assertThat(run(position)).containsExactly("1 again", "4", "5");
		this.changed = "table 'b'";
		assertThat(run(position)).containsExactly("1 again", "refused");
	}

	@Test
	void whatMayBeExecutedAgainMayHaveBeenCorrectedToo() throws SQLException {
		ScriptPosition position = new ScriptPosition(3, hash(3), new Doubt(4, hash(4), false, true, false, "x"));
		this.script.set(3, "grant select on a to b");
		assertThat(run(position)).containsExactly("1 again", "4", "5");
		this.changed = "table 'b'";
		assertThat(run(position)).containsExactly("1 again", "refused");
	}

	@Test
	void whatMayHaveBeenCommittedWithItIsInDoubtToo() throws SQLException {
		assertThat(states(new Doubt(3, hash(3), false, false, false, "call p"))).containsExactly("done", "in doubt",
				"in doubt", "not begun", "not begun");
		assertThat(states(new Doubt(2, hash(2), false, false, true, "lock tables"))).containsExactly("done", "in doubt",
				"in doubt", "in doubt", "in doubt");
	}

	private List<String> states(Doubt doubt) throws SQLException {
		ScriptPosition position = new ScriptPosition(1, hash(1), doubt);
		assertThat(ScriptPosition.read(position.write())).get()
			.extracting(ScriptPosition::describe)
			.isEqualTo(position.describe());
		assertThat(position.describe()).startsWith("Its first statement is done, ")
			.endsWith(doubt.blind() ? "is in doubt, and so is each that follows"
					: "the statements up to 3 (call p) are in doubt, and none after it has taken effect");
		Resumption resumption = new Resumption(position, new FixedEvidence(), this.always, this.otherRows);
		for (int number = 1; number <= this.script.size(); number++) {
			resumption.next(number, hash(number), MySqlStatements.read(this.script.get(number - 1), false, false));
		}
		return resumption.report().stream().map((line) -> line.substring(6, 15).strip()).toList();
	}

	@Test
	void aShorterScriptIsRefused() throws SQLException {
		ScriptPosition position = position(3, 4, true);
		this.script.subList(2, 5).clear();
		assertThat(run(position)).containsExactly("1 again", "refused");
		ScriptPosition done = position(2, null, true);
		assertThat(run(done)).containsExactly("1 again");
	}

	@Test
	void theLastOneMayHaveBeenRemoved() throws SQLException {
		ScriptPosition position = position(4, 5, true);
		ScriptPosition undecidable = position(4, 5, false);
		this.script.remove(4);
		assertThat(run(position)).containsExactly("1 again");
		assertThat(run(undecidable)).containsExactly("1 again", "refused");
		this.changed = "table 'b'";
		assertThat(run(position)).containsExactly("1 again", "refused");
		this.script.remove(3);
		this.changed = null;
		assertThat(run(position)).as("another one, too").containsExactly("1 again", "refused");
	}

	@Test
	void stateOfASessionThatIsLostIsNotDoneWithout() throws SQLException {
		this.script.set(0, "create temporary table a (n int)");
		assertThat(run(3, null, true)).containsExactly("refused");
		this.script.set(0, "call p()");
		this.script.set(4, "update b set n = @x");
		assertThat(run(3, null, true)).containsExactly("4", "refused");
		this.script.set(4, "update b set n = last_insert_id()");
		assertThat(run(3, null, true)).containsExactly("4", "refused");
		this.script.set(0, "set @x = 1");
		this.script.set(4, "update b set n = @x");
		assertThat(run(3, null, true)).containsExactly("1 again", "4", "5");
	}

	@Test
	void onlyASettingOfTheSameTransactionIsTakenBack() throws SQLException {
		this.read = PostgreSqlStatements::read;
		script("set search_path = app", "begin", "insert into a values (1)", "rollback", "vacuum a");
		assertThat(run(4, null, true)).containsExactly("1 again", "5");
		script("begin", "set search_path = app", "commit", "begin", "rollback", "vacuum a");
		assertThat(run(5, null, true)).containsExactly("2 again", "6");
		script("begin", "set search_path = app", "rollback", "vacuum a");
		assertThat(run(3, null, true)).containsExactly("2 again", "refused");
		script("begin", "savepoint s", "set search_path = app", "rollback to s", "commit", "vacuum a");
		assertThat(run(5, null, true)).containsExactly("3 again", "refused");
	}

	@Test
	void aTransactionOfFlywayIsOpenAllTheTime() throws SQLException {
		this.read = PostgreSqlStatements::read;
		this.always = true;
		script("set search_path = app", "insert into a values (1)", "rollback", "commit", "insert into a values (2)");
		assertThat(run(4, null, true)).containsExactly("1 again", "refused");
		script("set search_path = app", "commit", "rollback", "commit", "insert into a values (2)");
		assertThat(run(4, null, true)).containsExactly("1 again", "5");
		script("set search_path = app", "commit", "insert into a values (2)", "rollback", "insert into a values (3)");
		assertThat(run(2, null, true)).containsExactly("1 again", "3", "refused");
		script("set search_path = app", "commit", "commit", "rollback", "insert into a values (3)");
		assertThat(run(2, null, true)).containsExactly("1 again", "3", "4", "5");
	}

	@Test
	void rowsOfTheScriptMayHaveBeenChanged() throws SQLException {
		this.read = PostgreSqlStatements::read;
		script("copy a from stdin", "vacuum a");
		assertThat(run(1, null, true)).containsExactly("2");
		this.otherRows = true;
		assertThat(run(1, null, true)).containsExactly("refused");
		script("vacuum a", "copy a from stdin");
		assertThat(run(1, null, true)).containsExactly("2");
	}

	@Test
	void whatIsNotExecutedAgainHasNotAssigned() throws SQLException {
		script("set @x = 0", "get diagnostics @x = row_count", "alter table a add x int", "update b set n = @x");
		assertThat(run(3, null, true)).containsExactly("1 again", "refused");
	}

	@Test
	void whatAStatementSetsItselfIsThere() throws SQLException {
		for (String own : List.of("select x, y into @a, @b from t", "get diagnostics @n = row_count, @m = number",
				"update t join (select @r := 0, @s := '') i set t.pos = (@r := @r + 1), t.s = @s")) {
			script("update t set n = 1", "alter table t add x int", own);
			assertThat(run(2, null, true)).as(own).containsExactly("3");
		}
		for (String earlier : List.of("select @a := @a + 1", "update t set pos = (@r := @r + 1)", "call p(@a)",
				"update t join (select @r := @q) i set t.pos = (@r := @r + 1)", "select x, @c into @a, @b from t",
				"update t join (select @r := 0 + @r) i set t.pos = @r", "get diagnostics condition @i @n = number",
				"select @r, @r := 0", "select @r, (select @r := 0) from t",
				"select @r from t union select n from (select @r := 0) i", "set @a = (select n from t where @b = n)",
				"update t join (select @r := null) i on @q = 1 set n = @r")) {
			script("update t set n = 1", "alter table t add x int", earlier);
			assertThat(run(2, null, true)).as(earlier).containsExactly("refused");
		}
	}

	@Test
	void aNumberIsAskedForThatWasGivenSince() throws SQLException {
		script("insert into a values (null)", "alter table a add x int", "insert into a values (null)",
				"insert into b values (last_insert_id())", "insert into b values (last_insert_id())");
		assertThat(run(1, 2, true)).containsExactly("2", "3", "refused");
		this.number = (asked) -> Integer.toString(asked);
		assertThat(run(1, 2, true)).containsExactly("2", "3", "4", "5");
		this.script.set(4, "insert into b values (last_insert_id() + row_count())");
		assertThat(run(1, 2, true)).containsExactly("2", "3", "4", "refused");
		this.read = PostgreSqlStatements::read;
		script("insert into a values (1)", "vacuum a", "insert into a values (1)", "insert into b values (lastval())");
		assertThat(run(1, null, true)).containsExactly("2", "3", "refused");
	}

	private void script(String... statements) {
		this.script.clear();
		this.script.addAll(List.of(statements));
	}

	private List<String> run(int done, @Nullable Integer doubt, boolean decidable) throws SQLException {
		return run(position(done, doubt, decidable));
	}

	private ScriptPosition position(int done, @Nullable Integer doubt, boolean decidable) {
		return new ScriptPosition(done, hash(done),
				(doubt != null) ? new Doubt(doubt, hash(doubt), decidable, false, false, "x") : null);
	}

	private String hash(int number) {
		return String.join("\n", this.script.subList(0, number));
	}

	private List<String> run(ScriptPosition position) throws SQLException {
		List<String> executed = new ArrayList<>();
		Resumption resumption = new Resumption(position, new FixedEvidence(), this.always, this.otherRows);
		for (int number = 1; number <= this.script.size(); number++) {
			Step step = resumption.next(number, hash(number), this.read.apply(this.script.get(number - 1)));
			switch (step) {
				case GOES_ON -> executed.add(Integer.toString(number));
				case REPLAYED -> executed.add(number + " again");
				case SKIPPED -> {
				}
			}
		}
		resumption.end(this.script.size());
		if (resumption.refusal() != null) {
			executed.add("refused");
		}
		return executed;
	}

	private final class FixedEvidence implements Evidence {

		@Override
		public Verdict of(ScriptStatement statement) {
			return ResumptionTests.this.verdict;
		}

		@Override
		public Verdict ofAll() {
			return Verdict.of((ResumptionTests.this.changed != null) ? Kind.UNCLEAR : Kind.NOT_DONE, "x");
		}

		@Override
		public @Nullable String changedMeanwhile(@Nullable ScriptStatement butFor) {
			return ResumptionTests.this.changed;
		}

		@Override
		public String lastNumber() {
			return ResumptionTests.this.number.apply(ResumptionTests.this.asked++);
		}

		@Override
		public void cleanUp(List<String> statements) {
			ResumptionTests.this.cleaned.addAll(statements);
		}

	}

}
