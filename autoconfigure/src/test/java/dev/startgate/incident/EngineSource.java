package dev.startgate.incident;

import java.sql.Connection;

import dev.startgate.MetadataSource;
import dev.startgate.Settlement;

/**
 * The metadata source that an application writes for such an engine.
 */
record EngineSource(String name, Engine engine, Phase phase) implements MetadataSource {

	@Override
	public String version() {
		return "1";
	}

	@Override
	public void apply(Connection connection) {
		this.engine.apply();
	}

	@Override
	public Settlement settled() {
		return this.engine.isUnsettled() ? Settlement.notYet("working in the background") : Settlement.done();
	}

}
