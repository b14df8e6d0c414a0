package dev.startgate.actuate.page;

import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import dev.startgate.GateSnapshot.Progress;
import dev.startgate.GateSnapshot.Unsettled;
import dev.startgate.GateState;
import dev.startgate.actuate.StartReport;
import dev.startgate.actuate.StartReport.Counts;
import dev.startgate.gate.HeldLock;
import dev.startgate.gate.HumanReadable;
import dev.startgate.gate.StartJournal.Resumed;
import dev.startgate.gate.StartJournal.Retry;

/**
 * A page for people. It is one document that needs no script and no other request. It can
 * be read without its style, too.
 */
final class StartPage {

	private final StartReport report;

	private StartPage(StartReport report) {
		this.report = report;
	}

	static String of(StartReport report) {
		return new StartPage(report).html();
	}

	private String html() {
		String state = this.report.state().name();
		Html html = new Html().markup("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
			.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"" + PageStyle.POLICY + "\">")
			.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
			.markup("<meta name=\"color-scheme\" content=\"light dark\">");
		if (!this.report.hasEnded()) {
			html.markup("<meta http-equiv=\"refresh\" content=\"2\">");
		}
		html.element("title", state + " - " + this.report.replica())
			.markup("<style>" + PageStyle.CSS + "</style></head><body><main><header><h1><span class=\"state ")
			.markup(state.toLowerCase(Locale.ROOT) + "\">" + state + "</span> ")
			.element("span class=\"replica\"", this.report.replica())
			.markup("</h1><p role=\"status\">")
			.text(StateSummary.of(this.report))
			.markup("</p>");
		Progress progress = this.report.progress();
		if (progress != null) {
			html.markup("<progress aria-label=\"Migrations done\" value=\"%d\" max=\"%d\"></progress>"
				.formatted(progress.done(), Math.max(1, progress.total())));
		}
		if (this.report.reason() != null) {
			html.element("pre tabindex=\"0\"", this.report.reason());
		}
		if (this.report.migrations() != null) {
			html.element("p", "Migrations: %s. %s".formatted(this.report.migrations(), this.report.missing()));
		}
		html.markup("</header>");
		section(html, "Still waited for", unsettled());
		section(html, "Timeline", new TimelinePicture(this.report).draw());
		section(html, "Migrations", new MigrationTables(this.report).write());
		section(html, "Resumed", list(this.report.resumed().stream().map(Resumed::describe)));
		section(html, "Locks", list(this.report.locks().stream().map(HeldLock::describe)));
		section(html, (this.report.state() == GateState.FAILED) ? "Never started" : "Starts when the gate is open",
				deferred());
		section(html, "Counted", counts());
		return html.markup("<footer><p>").text(footer()).markup("</p></footer></main></body></html>\n").toString();
	}

	private static void section(Html html, String title, Html content) {
		if (!content.isEmpty()) {
			html.markup("<section>").element("h2", title).add(content).markup("</section>");
		}
	}

	private Html unsettled() {
		Html html = new Html();
		if (!this.report.unsettled().isEmpty()) {
			html.markup("<dl>");
			for (Unsettled one : this.report.unsettled()) {
				html.element("dt", one.name()).element("dd", one.answer());
			}
			html.markup("</dl>");
		}
		return html;
	}

	private static Html list(Stream<String> lines) {
		List<String> all = lines.toList();
		Html html = new Html();
		if (!all.isEmpty()) {
			html.markup("<ul>");
			all.forEach((line) -> html.element("li", line));
			html.markup("</ul>");
		}
		return html;
	}

	private Html deferred() {
		List<String> beans = this.report.deferred();
		return beans.isEmpty() ? new Html() : new Html().element("p", String.join(", ", beans));
	}

	private Html counts() {
		Counts counts = this.report.counts();
		Html html = new Html();
		count(html, counts.leaseRenewals(), "renewal of the lease", "renewals of the lease");
		count(html, counts.failedLeaseRenewals(), "renewal that has failed", "renewals that have failed");
		count(html, counts.lostLeases(), "lost lease", "lost leases");
		count(html, counts.takeovers(), "lock taken over from a replica that had not released it",
				"locks taken over from replicas that had not released them");
		count(html, counts.databaseUnreachable(), "attempt to reach the database has failed",
				"attempts to reach the database have failed");
		List<Retry> retries = this.report.retries();
		if (!retries.isEmpty()) {
			html.element("li", "last tried again because: " + retries.get(retries.size() - 1).why());
		}
		count(html, counts.lostConnections(), "connection broke in the middle of the work",
				"connections broke in the middle of the work");
		count(html, counts.transientFailures(), "retry of work after a transient failure",
				"retries of work after a transient failure");
		count(html, counts.missedLocks(), "statement has stepped back from a table that was in use",
				"times a statement has stepped back from a table that was in use");
		return html.isEmpty() ? html : new Html().markup("<ul>").add(html).markup("</ul>");
	}

	private static void count(Html html, long count, String one, String many) {
		if (count > 0) {
			html.element("li", HumanReadable.count(count, one, many));
		}
	}

	private String footer() {
		String at = "Mode '" + this.report.mode() + "', timing '" + this.report.timing() + "'. The start began at "
				+ this.report.began().truncatedTo(ChronoUnit.SECONDS) + ", and this page was made at "
				+ this.report.at().truncatedTo(ChronoUnit.SECONDS) + ". ";
		return this.report.hasEnded() ? at : at + "This page looks again every 2 seconds until the gate is open.";
	}

}
