package dev.startgate.testing;

import java.sql.Connection;

import dev.startgate.MetadataSource;

import org.springframework.util.function.ThrowingConsumer;

/**
 * Metadata that is settled as soon as it is applied.
 *
 * @param name its name
 * @param version its version
 * @param phase when it is applied
 * @param order tells older versions from newer ones
 * @param onApply applies it
 */
public record Metadata(String name, String version, Phase phase, long order,
		ThrowingConsumer<Connection> onApply) implements MetadataSource {

	/**
	 * Create metadata that is applied after the migrations.
	 * @param name its name
	 * @param onApply applies it
	 */
	public Metadata(String name, ThrowingConsumer<Connection> onApply) {
		this(name, "1", Phase.AFTER_MIGRATIONS, 0, onApply);
	}

	/**
	 * Create metadata without content.
	 * @param name its name
	 * @param version its version
	 * @param phase when it is applied
	 */
	public Metadata(String name, String version, Phase phase) {
		this(name, version, phase, 0, (connection) -> {
		});
	}

	@Override
	public void apply(Connection connection) throws Exception {
		this.onApply.acceptWithException(connection);
	}

}
