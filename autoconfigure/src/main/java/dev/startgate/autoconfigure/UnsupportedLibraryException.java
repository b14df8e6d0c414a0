package dev.startgate.autoconfigure;

/**
 * Thrown if the application has a library that is older than what Startgate was made for.
 */
public class UnsupportedLibraryException extends RuntimeException {

	private final String library;

	UnsupportedLibraryException(String library, String found, String oldest) {
		super("Startgate can't run with " + found + ": it needs " + oldest + " or later");
		this.library = library;
	}

	/**
	 * Return which library is too old.
	 * @return its name
	 */
	public String getLibrary() {
		return this.library;
	}

}
