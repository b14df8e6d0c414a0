package dev.startgate.probe;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Answers for an endpoint of the application before the endpoint itself can. Nobody is
 * authenticated yet at that time.
 */
public interface EarlyEndpoint {

	/**
	 * Return the id of the endpoint.
	 * @return the id, which is the end of the path unless the application has mapped it
	 */
	String id();

	/**
	 * Choose a form of the answer. This must be quick, because it is called for each
	 * request.
	 * @param accept the values of the header {@code Accept}
	 * @return the form, {@code null} if there is none that the client accepts
	 */
	@Nullable Form form(List<String> accept);

	/**
	 * A form of an answer.
	 *
	 * @param contentType the type of the body, which differs for each form
	 * @param body makes the body, which may take a moment: bytes, a text, or an object to
	 * be written as JSON
	 */
	record Form(String contentType, Supplier<?> body) {
	}

}
