package dev.startgate.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A settle condition that runs a query.
 *
 * @param name Name shown while it is waited for.
 * @param query Query that returns one row, whose first column is true or 1 when settled.
 * @param dataSource Name of the DataSource bean. By default the only or primary one.
 * @param timeout Maximum time for one answer.
 * @param stableFor Time for which the condition must hold without interruption.
 */
public record SqlProperties(@Nullable String name, @Nullable String query, @Nullable String dataSource,
		@DefaultValue("5s") Duration timeout, @Nullable Duration stableFor) {

	void check(String property, Duration all) {
		Checks.isTrue(name != null && !name.isBlank(), property + ".name", name, "a name for people");
		Checks.isTrue(query != null && !query.isBlank(), property + ".query", query,
				"a query that returns true or 1 when settled");
		checkTimes(property, timeout, stableFor, all);
	}

	static void checkTimes(String property, Duration timeout, @Nullable Duration stableFor, Duration all) {
		Checks.isTrue(timeout.compareTo(Duration.ofMillis(1)) >= 0, property + ".timeout", timeout, "1ms or more");
		Checks.isTrue(stableFor == null || (!stableFor.isNegative() && stableFor.compareTo(all) < 0),
				property + ".stable-for", stableFor, "0s or more, and shorter than startgate.metadata.timeout");
	}

}
