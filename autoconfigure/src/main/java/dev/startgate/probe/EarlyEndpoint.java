package dev.startgate.probe;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * An endpoint of the application that is answered before it is there itself. Nobody is
 * authenticated by then.
 */
public interface EarlyEndpoint {

	/**
	 * Return which endpoint that is.
	 * @return its id, which is the end of its path unless the application has mapped it
	 */
	String id();

	/**
	 * Choose a form of the answer. Has to be quick: it is asked for each request.
	 * @param accept the values of the header that names what the client accepts
	 * @return the form, {@code null} if there is none that the client accepts
	 */
	@Nullable Form form(List<String> accept);

	/**
	 * One of the few forms of an answer.
	 *
	 * @param contentType the type of the body, which tells one form from the others
	 * @param body makes the body, which may take a moment: bytes, a text, or what becomes
	 * JSON
	 */
	record Form(String contentType, Supplier<?> body) {
	}

}
