package dev.startgate.sample.fleet;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;

/**
 * Prints what the demo says before and after its timeline.
 */
final class FleetConsole {

	private final PrintStream out;

	FleetConsole(PrintStream out) {
		this.out = out;
	}

	void sayWhyNot(FleetException reason) {
		this.out.println(reason.getMessage());
	}

	void sayDatabaseStarts() {
		this.out.println("Starting an embedded PostgreSQL ...");
	}

	void sayFleetStarts(FleetOptions options, Path logs) {
		int last = options.port() + options.replicas() - 1;
		this.out.println("Starting " + options.replicas() + " replicas of the parcel service at the same moment, "
				+ "on an empty database and on ports " + options.port() + "-" + last + ".");
		this.out.println("Their logs are in " + logs);
		this.out.println();
	}

	Timeline timelineFrom(Instant start) {
		return new Timeline(this.out, start);
	}

	void print(Summary summary, ReplicaTable table, Collection<ReplicaStory> stories) {
		this.out.println();
		table.print(this.out, stories);
		this.out.println();
		summary.points()
			.forEach((point) -> this.out.println((point.holds() ? "  true   " : "  FALSE  ") + point.text()));
	}

	void sayWhereToLook(FleetOptions options, DatabaseProcess database) {
		this.out.println();
		this.out.println("Up until Ctrl-C. Look yourself: the health above, http://localhost:" + options.port()
				+ "/parcels and");
		this.out.println(database.url() + "?user=parcels&password=parcels");
	}

}
