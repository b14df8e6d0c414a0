package dev.startgate.autoconfigure;

import java.time.Duration;
import java.util.List;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settling of what is derived from the schema.
 *
 * @param timeout Maximum time to wait until all settle conditions hold.
 * @param pollInterval Time between two polls of one settle condition.
 * @param stableFor Time for which a settle condition must hold without interruption.
 * @param answerTimeout Maximum time for one answer of a settle condition. Then its thread
 * is interrupted, and it is polled again when it has returned.
 * @param applyOlder Whether to apply metadata over that of a newer version.
 * @param watchSchema Whether a running replica checks for changes of the schema by
 * others, to retire the connections of its pools and publish an event.
 * @param watchInterval Time between two checks for changes of the schema.
 * @param http Settle conditions that ask an address.
 * @param sql Settle conditions that run a query.
 */
record MetadataProperties(@DefaultValue("2m") Duration timeout, @DefaultValue("250ms") Duration pollInterval,
		@DefaultValue("0s") Duration stableFor, @DefaultValue("10s") Duration answerTimeout,
		@DefaultValue("false") boolean applyOlder, @DefaultValue("false") boolean watchSchema,
		@DefaultValue("5s") Duration watchInterval, @DefaultValue List<HttpProperties> http,
		@DefaultValue List<SqlProperties> sql) {

	static final MetadataProperties DEFAULTS = new MetadataProperties(Duration.ofMinutes(2), Duration.ofMillis(250),
			Duration.ZERO, Duration.ofSeconds(10), false, false, Duration.ofSeconds(5), List.of(), List.of());

	MetadataProperties {
		Checks.isTrue(timeout.compareTo(stableFor) > 0, "startgate.metadata.timeout", timeout,
				"longer than startgate.metadata.stable-for");
		Checks.isTrue(pollInterval.compareTo(Duration.ofMillis(10)) >= 0, "startgate.metadata.poll-interval",
				pollInterval, "10ms or more");
		Checks.isTrue(!stableFor.isNegative(), "startgate.metadata.stable-for", stableFor, "0s or more");
		Checks.isTrue(answerTimeout.compareTo(Duration.ofMillis(10)) >= 0, "startgate.metadata.answer-timeout",
				answerTimeout, "10ms or more");
		Checks.isTrue(watchInterval.compareTo(Duration.ofMillis(100)) >= 0, "startgate.metadata.watch-interval",
				watchInterval, "100ms or more");
		for (int n = 0; n < http.size(); n++) {
			http.get(n).check("startgate.metadata.http[" + n + "]", timeout);
		}
		for (int n = 0; n < sql.size(); n++) {
			sql.get(n).check("startgate.metadata.sql[" + n + "]", timeout);
		}
	}
}
