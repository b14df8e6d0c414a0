package dev.startgate.actuate.page;

import java.time.Duration;
import java.util.Locale;

import dev.startgate.StepKind;
import dev.startgate.actuate.StartReport;
import dev.startgate.actuate.page.Timeline.Bar;
import dev.startgate.actuate.page.Timeline.Row;
import dev.startgate.gate.HumanReadable;

/**
 * Draws a timeline as a list. Each entry has a label, a duration and its bars. Positions
 * and widths are percentages, so that the picture fits every window and needs no styles.
 */
final class TimelinePicture {

	private static final int[] SECONDS = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600 };

	private static final String FAILED = "#d1242f";

	private final Timeline timeline;

	private final StartReport report;

	TimelinePicture(StartReport report) {
		this.timeline = new Timeline(report);
		this.report = report;
	}

	Html draw() {
		Html html = new Html().markup("<ol class=\"timeline\">");
		for (Row row : this.timeline.rows()) {
			html.markup("<li><span class=\"label\">").text(row.label()).markup("</span> <span class=\"took\">");
			html.text(words(row)).markup("</span>").add(bars(row)).markup("</li>");
		}
		return html.markup("<li class=\"axis\"><span class=\"label\">")
			.text(end())
			.markup("</span> <span class=\"took\">")
			.text(HumanReadable.duration(this.timeline.length()))
			.markup("</span>")
			.add(axis())
			.markup("</li></ol>");
	}

	private String end() {
		return switch (this.report.state()) {
			case OPEN -> "Open after";
			case FAILED -> "Failed after";
			case CLOSED, CONNECTING, WAITING, MIGRATING, SETTLING, BLOCKED -> "So far";
		};
	}

	private String words(Row row) {
		String took = HumanReadable.duration(row.took());
		if (!row.isUnderWay()) {
			return row.isFailed() ? took + ", failed" : took;
		}
		return took + (this.report.hasEnded() ? ", not finished" : " so far");
	}

	private Html bars(Row row) {
		Html svg = new Html().markup("<svg aria-hidden=\"true\" width=\"100%\" height=\"14\">");
		svg.markup("<rect x=\"0\" y=\"6\" width=\"100%\" height=\"2\" fill=\"#7d8590\" opacity=\".25\"/>");
		for (Bar bar : row.bars()) {
			double from = percent(bar.after());
			double width = Math.max(0.3, Math.min(100 - from, percent(bar.took())));
			svg.markup(String.format(Locale.ROOT,
					"<rect x=\"%.2f%%\" y=\"1\" width=\"%.2f%%\" height=\"12\" rx=\"1\" fill=\"%s\"%s/>",
					Math.min(from, 99.7), width, bar.failed() ? FAILED : colour(row.kind()),
					bar.underWay() ? " stroke=\"currentColor\" stroke-dasharray=\"3 3\"" : ""));
		}
		return svg.markup("</svg>");
	}

	/**
	 * Draw an axis with marks at round numbers of seconds, at most seven.
	 */
	private Html axis() {
		long length = this.timeline.length().toMillis();
		int step = SECONDS[SECONDS.length - 1];
		for (int i = SECONDS.length - 1; i >= 0 && length / (SECONDS[i] * 1000L) <= 5; i--) {
			step = SECONDS[i];
		}
		Html svg = new Html().markup("<svg aria-hidden=\"true\" width=\"100%\" height=\"20\">");
		for (long at = 0; at <= length && at / 1000 / step <= 6; at += step * 1000L) {
			double x = percent(Duration.ofMillis(at));
			String anchor = (at == 0) ? "start" : (x > 92) ? "end" : "middle";
			svg.markup(String.format(Locale.ROOT,
					"<rect x=\"%.2f%%\" width=\"1\" height=\"5\" fill=\"#7d8590\"/><text x=\"%.2f%%\" y=\"17\""
							+ " font-size=\"11\" text-anchor=\"%s\" fill=\"currentColor\">%s</text>",
					Math.min(x, 99.8), x, anchor, tick(at / 1000)));
		}
		return svg.markup("</svg>");
	}

	private static String tick(long seconds) {
		if (seconds < 60) {
			return seconds + " s";
		}
		return (seconds < 3600) ? seconds / 60 + ((seconds % 60 != 0) ? ":" + seconds % 60 : "") + " min"
				: seconds / 3600 + ((seconds % 3600 != 0) ? ":" + seconds / 60 % 60 : "") + " h";
	}

	private double percent(Duration duration) {
		return Math.min(100, 100.0 * duration.toNanos() / this.timeline.length().toNanos());
	}

	private static String colour(StepKind kind) {
		return switch (kind) {
			case REACH, LOOK, PERFORM, OTHER -> "#7d8590";
			case WAIT, BLOCKED -> "#b7791f";
			case MIGRATE -> "#3b82d6";
			case APPLY -> "#8b5cf6";
			case SETTLE -> "#0f9488";
		};
	}

}
