package dev.startgate.testing;

import java.sql.Connection;

import dev.startgate.MetadataSource;
import dev.startgate.Settlement;

/**
 * Metadata that is settled as soon as it is applied.
 *
 * @param onApply is told that it is applied
 */
public record View(Runnable onApply) implements MetadataSource {

	@Override
	public String name() {
		return "view";
	}

	@Override
	public String version() {
		return "1";
	}

	@Override
	public void apply(Connection connection) {
		this.onApply.run();
	}

	@Override
	public Settlement settled() {
		return Settlement.done();
	}

}
