package dev.startgate.actuate.page;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.actuate.StartReport;
import dev.startgate.gate.HumanReadable;
import org.jspecify.annotations.Nullable;

/**
 * Says in words where a start stands.
 */
final class StateSummary {

	private final StartReport report;

	StateSummary(StartReport report) {
		this.report = report;
	}

	static String of(StartReport report) {
		return new StateSummary(report).say();
	}

	private String say() {
		return switch (this.report.state()) {
			case CLOSED -> "Nothing has been looked at yet.";
			case CONNECTING ->
				"Reaching the database and looking at what there is to do, for " + since(this.report.since()) + ".";
			case WAITING -> waiting();
			case MIGRATING -> "This replica has the lock and migrates" + progress(this.report.progress()) + ".";
			case SETTLING -> settling();
			case OPEN ->
				"The gate opened " + HumanReadable.duration(Duration.between(this.report.began(), this.report.since()))
						+ " after the start began.";
			case BLOCKED -> "This replica stays up, and goes on once this is resolved:";
			case FAILED -> "The start has failed after "
					+ HumanReadable.duration(Duration.between(this.report.began(), this.report.since())) + ":";
		};
	}

	private String waiting() {
		Holder holder = this.report.holder();
		if (!this.report.unsettled().isEmpty() || holder == null) {
			String what = this.report.unsettled().isEmpty() ? "the lock"
					: this.report.unsettled().stream().map(Unsettled::name).collect(Collectors.joining(", "));
			return "Waiting for " + what + ", for " + since(this.report.since()) + ".";
		}
		String who = holder.replica().equals(this.report.replica())
				? "the earlier lease of this replica, or another one of its name"
				: "replica '" + holder.replica() + "'";
		return "Waiting for " + who + ", which has had the lock for " + since(holder.since()) + " and renewed it "
				+ since(holder.renewed()) + " ago" + progress(this.report.progress()) + ".";
	}

	private String settling() {
		if (this.report.unsettled().isEmpty()) {
			return "The schema is up to date.";
		}
		return "The schema is up to date. Waiting for "
				+ HumanReadable.count(this.report.unsettled().size(), "thing", "things") + " to settle, for "
				+ since(this.report.since()) + ".";
	}

	private String progress(@Nullable Progress progress) {
		if (progress == null) {
			return "";
		}
		String current = (progress.current() != null)
				? ", now " + progress.current() + " (for " + since(progress.since()) + ")" : "";
		return ": " + progress.done() + " of " + progress.total() + " done" + current;
	}

	private String since(Instant instant) {
		return HumanReadable.duration(Duration.between(instant, this.report.at()));
	}

}
