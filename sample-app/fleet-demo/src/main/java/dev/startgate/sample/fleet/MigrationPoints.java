package dev.startgate.sample.fleet;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import dev.startgate.sample.fleet.Evidence.Created;
import dev.startgate.sample.fleet.Evidence.Migration;
import dev.startgate.sample.fleet.Evidence.Start;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * What the summary says about the migrations.
 */
final class MigrationPoints {

	private final Collection<ReplicaStory> stories;

	private final Evidence evidence;

	MigrationPoints(Collection<ReplicaStory> stories, Evidence evidence) {
		this.stories = stories;
		this.evidence = evidence;
	}

	/**
	 * What the replicas say must agree with what the database saw. A killed replica can't
	 * say anything, so the database is believed.
	 */
	Point performed() {
		Set<String> seen = names(this.evidence.created().stream().map(Created::replica).toList());
		Set<String> said = names(this.evidence.starts().stream().filter(Start::migrated).map(Start::replica).toList());
		said.addAll(seen.stream().filter(this::wasKilled).toList());
		return Point.of(!seen.isEmpty() && seen.equals(said),
				String.join(", then ", seen)
						+ " migrated: by its own word, and by what an event trigger in the database saw",
				"By their own word " + said + " migrated, but the database saw " + seen);
	}

	private boolean wasKilled(String replica) {
		return this.stories.stream().anyMatch((story) -> story.replica().equals(replica) && story.killed().isPresent());
	}

	Point recordedOnce() throws IOException {
		Set<String> expected = scriptsOnClassPath();
		List<Migration> history = this.evidence.history();
		Set<String> applied = names(history.stream().filter(Migration::success).map(Migration::script).toList());
		// Java migrations are not on the class path as files
		boolean once = applied.size() == history.size() && applied.containsAll(expected);
		return Point.of(once, "Each of " + history.size() + " migrations was applied once, says flyway_schema_history",
				"flyway_schema_history has " + history + " instead of each of " + expected + " once");
	}

	Point createdOnce() {
		Set<String> once = new HashSet<>();
		List<String> again = this.evidence.created()
			.stream()
			.map(Created::object)
			.filter((object) -> !once.add(object))
			.toList();
		return Point.of(!once.isEmpty() && again.isEmpty(),
				"Each of " + once.size() + " tables, indexes and sequences was created once, says the event trigger",
				once.isEmpty() ? "The event trigger saw nothing" : "Created again: " + again);
	}

	private static Set<String> scriptsOnClassPath() throws IOException {
		Resource[] scripts = new PathMatchingResourcePatternResolver().getResources("classpath:db/migration/*.sql");
		return names(Arrays.stream(scripts).map(Resource::getFilename).filter(Objects::nonNull).toList());
	}

	private static Set<String> names(Collection<String> names) {
		return new LinkedHashSet<>(names);
	}

}
