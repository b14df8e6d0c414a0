package dev.startgate.metadata;

import dev.startgate.coordination.ApplicationFailure;

/**
 * A metadata source could not be applied. Nothing was recorded.
 */
public class MetadataFailedException extends RuntimeException implements ApplicationFailure {

	private final String source;

	private final boolean intact;

	MetadataFailedException(String source, String version, Throwable cause, boolean intact) {
		super("Could not apply version '" + version + "' of metadata '" + source + "': " + cause.getMessage(), cause);
		this.source = source;
		this.intact = intact;
	}

	/**
	 * Return the name of the source.
	 * @return the name of the source
	 */
	public String getSource() {
		return this.source;
	}

	@Override
	public boolean isConnectionIntact() {
		return this.intact;
	}

}
