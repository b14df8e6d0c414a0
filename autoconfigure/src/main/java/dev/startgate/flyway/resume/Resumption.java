package dev.startgate.flyway.resume;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import dev.startgate.flyway.resume.ScriptPosition.Doubt;
import dev.startgate.flyway.resume.ScriptStatement.Role;
import dev.startgate.flyway.resume.ScriptStatement.Trait;
import org.jspecify.annotations.Nullable;

/**
 * Decides which statements of an interrupted script are executed. Once the script is
 * refused, none of them is.
 */
final class Resumption {

	/** What is to be done with a statement. */
	enum Step {

		/** It is executed, and so is every statement after it. */
		GOES_ON,

		/** It is executed once more, for what it does to the session. */
		REPLAYED,

		/** It is not executed, because it is done or the script is refused. */
		SKIPPED

	}

	private final ScriptPosition recorded;

	private final Evidence evidence;

	private final LostSession lost;

	private final List<String> report = new ArrayList<>();

	private boolean goesOn;

	private final boolean otherRows;

	private final ReplayedSettings settings;

	private @Nullable String refusal;

	private String decided = "";

	/**
	 * Begin to decide.
	 * @param recorded how far the script was
	 * @param evidence what the database shows
	 * @param always whether a transaction is open all the time
	 * @param otherRows whether the rows in the script itself may have changed, which its
	 * statements do not show
	 */
	Resumption(ScriptPosition recorded, Evidence evidence, boolean always, boolean otherRows) {
		this.recorded = recorded;
		this.evidence = evidence;
		this.lost = new LostSession(evidence);
		this.settings = new ReplayedSettings(always);
		this.otherRows = otherRows;
	}

	/**
	 * Decide about the next statement.
	 * @param hash the hash of all statements up to this one
	 * @param statement what this statement does
	 */
	Step next(int number, String hash, ScriptStatement statement) throws SQLException {
		if (this.refusal == null) {
			Step step = decide(number, hash, statement);
			if (this.refusal == null) {
				if (step == Step.SKIPPED) {
					this.lost.skips(statement);
				}
				else {
					this.lost.executes(statement);
				}
				report(number, statement, (step == Step.GOES_ON) ? "executed" : "done");
				return step;
			}
		}
		report(number, statement,
				(number <= this.recorded.done()) ? "done" : this.recorded.isInDoubt(number) ? "in doubt" : "not begun");
		return Step.SKIPPED;
	}

	private void report(int number, ScriptStatement statement, String state) {
		this.report.add("%4d  %-9s  %s".formatted(number, state, statement.shown()));
	}

	private Step decide(int number, String hash, ScriptStatement statement) throws SQLException {
		if (number <= this.recorded.done()) {
			return skip(number, hash, statement);
		}
		Step step = Step.GOES_ON;
		if (!this.goesOn) {
			step = begin(number, hash, statement);
		}
		if (this.refusal == null && step == Step.GOES_ON && this.lost.isAskedBy(statement)) {
			refuse(number, statement, "may need what an earlier statement has left in its session, which is gone");
		}
		if (this.settings.areTakenBackBy(statement)) {
			refuse(number, statement, "would undo settings that are restored");
		}
		return step;
	}

	private Step skip(int number, String hash, ScriptStatement statement) {
		if (number == this.recorded.done() && !hash.equals(this.recorded.hash())) {
			refuse("the first %d statements of the script are not those that have taken effect".formatted(number));
		}
		else if (statement.has(Trait.KEEPS_STATE)) {
			refuse(number, statement, "has left something in its session that can't be made again");
		}
		else if (statement.role() == Role.REPLAYED && this.lost.lacksVariablesOf(statement)) {
			refuse(number, statement, "takes what an earlier statement has left in its session, which is gone");
		}
		else if (this.settings.haveBeenTakenBackBy(statement)) {
			refuse(number, statement, "may have undone a 'set' before it");
		}
		else if (this.otherRows && statement.has(Trait.HAS_ROWS)) {
			refuse("the rows of statement %d (%s) may be others than those that it has copied".formatted(number,
					statement.shown()));
		}
		this.settings.done(statement);
		return statement.isReplayed() ? Step.REPLAYED : Step.SKIPPED;
	}

	private Step begin(int number, String hash, @Nullable ScriptStatement statement) throws SQLException {
		Doubt doubt = this.recorded.doubt();
		if (doubt == null) {
			return changed(null) ? Step.SKIPPED : goOn();
		}
		if (!doubt.decidable() && !doubt.again()) {
			refuse("nothing tells whether statement %d (%s) has taken effect, or a part of it".formatted(doubt.number(),
					doubt.shown()));
		}
		else if (number != doubt.number()) {
			refuse("the script has been changed before statement %d".formatted(doubt.number()));
		}
		else if (statement == null || !hash.equals(doubt.hash())) {
			return another(number, doubt.again(), (statement != null) ? "another one now" : "left out now");
		}
		else if (!changed(statement)) {
			return verdict(number, statement);
		}
		return Step.SKIPPED;
	}

	/**
	 * The script now has another statement, or none, in place of the one in doubt. It
	 * goes on only if that one has left no effect.
	 */
	private Step another(int number, boolean again, String now) throws SQLException {
		Verdict verdict = this.evidence.ofAll();
		if (verdict.kind() != Verdict.Kind.NOT_DONE) {
			refuse("statement %d of the script is %s, and %s".formatted(number, now, verdict.compared()));
			return Step.SKIPPED;
		}
		this.decided = (again ? "may have" : "had not") + " taken effect, and is " + now;
		this.evidence.cleanUp(verdict.cleanUp());
		return goOn();
	}

	private Step verdict(int number, ScriptStatement statement) throws SQLException {
		Verdict verdict = this.evidence.of(statement);
		switch (verdict.kind()) {
			case NOT_DONE -> {
				this.decided = (statement.role() == Role.AGAIN) ? "may be executed again" : "had not taken effect";
				this.evidence.cleanUp(verdict.cleanUp());
				return goOn();
			}
			case DONE -> {
				this.decided = "had taken effect";
				goOn();
				if (statement.has(Trait.KEEPS_STATE)) {
					refuse(number, statement, "has left something in its session");
				}
			}
			case UNCLEAR -> refuse("nothing tells whether statement %d (%s) has taken effect: %s".formatted(number,
					statement.shown(), verdict.compared()));
		}
		return Step.SKIPPED;
	}

	private Step goOn() throws SQLException {
		this.goesOn = this.refusal == null;
		this.lost.goOn();
		return Step.GOES_ON;
	}

	private boolean changed(@Nullable ScriptStatement butFor) throws SQLException {
		String changed = this.evidence.changedMeanwhile(butFor);
		if (changed != null) {
			refuse(changed);
		}
		return changed != null;
	}

	/** The script has no more statements. */
	void end(int number) throws SQLException {
		if (number < this.recorded.done()) {
			refuse("the script has %d statements, and more have been executed".formatted(number));
		}
		else if (this.refusal == null && !this.goesOn) {
			begin(number + 1, "", null);
		}
	}

	private void refuse(int number, ScriptStatement statement, String why) {
		refuse("statement %d (%s) %s".formatted(number, statement.shown(), why));
	}

	private void refuse(String why) {
		this.refusal = (this.refusal == null) ? why : this.refusal;
		this.goesOn = false;
	}

	boolean goesOn() {
		return this.goesOn;
	}

	/** Return why the script is refused, {@code null} if it is not. */
	@Nullable String refusal() {
		return this.refusal;
	}

	List<String> report() {
		return List.copyOf(this.report);
	}

	/** Return what was found out about the doubt, empty if there was none. */
	String decided() {
		return this.decided;
	}

}
