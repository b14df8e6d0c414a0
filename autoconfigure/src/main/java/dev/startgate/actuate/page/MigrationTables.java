package dev.startgate.actuate.page;

import java.util.List;

import dev.startgate.MigrationsCompletedEvent.Applied;
import dev.startgate.MigrationsCompletedEvent.Migrated;
import dev.startgate.actuate.StartReport;
import dev.startgate.gate.HumanReadable;
import org.jspecify.annotations.Nullable;

/**
 * Shows what happened to each schema: a sentence, and a table that is folded if it is
 * long. If one replica applied all migrations, as nearly always, the sentence names it.
 * Its name would fill the table on a narrow screen.
 */
final class MigrationTables {

	private static final int SHORT = 12;

	private final StartReport report;

	MigrationTables(StartReport report) {
		this.report = report;
	}

	Html write() {
		Html html = new Html();
		for (Migrated schema : this.report.migrated()) {
			html.element("p", sentence(schema));
			if (!schema.applied().isEmpty()) {
				boolean isLong = schema.applied().size() > SHORT;
				html.markup(isLong ? "<details><summary>Show them</summary>" : "");
				table(html, schema.applied());
				html.markup(isLong ? "</details>" : "");
			}
		}
		return html;
	}

	private static String sentence(Migrated schema) {
		String now = "'" + schema.flyway() + "' is at version " + or(schema.after(), "none");
		return schema.applied().isEmpty() ? now + "; there was nothing to do."
				: now + " (before: " + or(schema.before(), "none") + "), "
						+ HumanReadable.count(schema.applied().size(), "migration was", "migrations were") + " applied"
						+ (isBySeveral(schema.applied()) ? "" : " by " + schema.applied().get(0).replica()) + ".";
	}

	private static void table(Html html, List<Applied> applied) {
		boolean several = isBySeveral(applied);
		html.markup("<table><thead><tr><th scope=\"col\">Version</th><th scope=\"col\">Description</th>"
				+ "<th scope=\"col\">Took</th>" + (several ? "<th scope=\"col\">By</th>" : "")
				+ "</tr></thead><tbody>");
		for (Applied one : applied) {
			html.markup("<tr>")
				.element("td", or(one.version(), "repeatable"))
				.element("td", one.description())
				.element("td class=\"number\"", HumanReadable.duration(one.took()));
			if (several) {
				html.element("td", one.replica());
			}
			html.markup("</tr>");
		}
		html.markup("</tbody></table>");
	}

	private static boolean isBySeveral(List<Applied> applied) {
		return applied.stream().map(Applied::replica).distinct().limit(2).count() > 1;
	}

	private static String or(@Nullable String version, String otherwise) {
		return (version != null) ? version : otherwise;
	}

}
