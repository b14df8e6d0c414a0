package dev.startgate.sample.fleet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What the demo claims in the end, each point with whether it is true.
 *
 * @param points the points
 */
record Summary(List<Point> points) {

	static Summary of(Collection<ReplicaStory> stories, Evidence evidence, boolean killHolder) throws IOException {
		MigrationPoints migrations = new MigrationPoints(stories, evidence);
		StartPoints starts = new StartPoints(stories, evidence);
		List<Point> points = new ArrayList<>();
		if (killHolder) {
			points.add(TakeoverPoint.of(stories));
		}
		points.add(migrations.performed());
		points.add(starts.openedOnce());
		points.add(migrations.recordedOnce());
		points.add(migrations.createdOnce());
		points.add(starts.notReadyTooEarly());
		points.add(starts.scheduledAfterOpen());
		points.add(starts.ready());
		return new Summary(points);
	}

	boolean isTrue() {
		return this.points.stream().allMatch(Point::holds);
	}

}
