package dev.startgate.metadata;

/**
 * A metadata source could not be applied. Nothing was recorded.
 */
public class MetadataFailedException extends RuntimeException {

	private final String source;

	MetadataFailedException(String source, String version, Throwable cause) {
		super("Could not apply version '" + version + "' of metadata '" + source + "': " + cause.getMessage(), cause);
		this.source = source;
	}

	/**
	 * Return the name of the source.
	 * @return the name of the source
	 */
	public String getSource() {
		return this.source;
	}

}
