package dev.startgate.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for requests before the gate is open.
 *
 * @param rejectUntilOpen Whether requests get 503 until the gate is open. By default only
 * if migrations run after the web server has started.
 * @param exemptPaths Paths that are answered nevertheless, as patterns like /engine/**.
 * Management paths always are.
 */
record WebProperties(@Nullable Boolean rejectUntilOpen, @DefaultValue List<String> exemptPaths) {

	static final WebProperties DEFAULTS = new WebProperties(null, List.of());

}
