package dev.startgate.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for requests before the gate is open.
 *
 * @param rejectUntilOpen Whether to answer requests with 503 until the gate is open. By
 * default only if migrations run after the web server has started.
 * @param exemptPaths Patterns, such as '/engine/**', of the application's paths to which
 * requests reach the application before the gate is open. Requests to management paths
 * always do.
 */
record WebProperties(@Nullable Boolean rejectUntilOpen, @DefaultValue List<String> exemptPaths) {

	static final WebProperties DEFAULTS = new WebProperties(null, List.of());

}
