package dev.startgate.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Turns servlet requests away until the gate is open. It does not check dispatches, such
 * as to an error page, because it has decided on their request.
 */
public final class RejectingFilter extends OncePerRequestFilter implements Ordered {

	/** The server has decoded the path: a {@code %} in it stands for itself. */
	private static final PathContainer.Options DECODED = PathContainer.Options.create('/', false);

	private final Rejection rejection;

	private final Supplier<Optional<String>> managementServlet;

	/**
	 * Create a new filter.
	 * @param rejection decides which requests are turned away
	 * @param managementServlet the name of the servlet behind the management paths, empty
	 * if that is not known
	 */
	public RejectingFilter(Rejection rejection, Supplier<Optional<String>> managementServlet) {
		this.rejection = rejection;
		this.managementServlet = managementServlet;
	}

	@Override
	public int getOrder() {
		return Rejection.ORDER;
	}

	@Override
	protected boolean shouldNotFilter(HttpServletRequest request) {
		if (request.getDispatcherType() != DispatcherType.REQUEST || this.rejection.isOver()
				|| CorsUtils.isPreFlightRequest(request)) {
			return true;
		}
		String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
		return !this.rejection.applies(PathContainer.parsePath(path, DECODED), managementPath(request));
	}

	/**
	 * Return the path without the prefix of its servlet. It is {@code null} if another
	 * servlet serves the management paths: the same path means something else there.
	 */
	private @Nullable String managementPath(HttpServletRequest request) {
		String servlet = request.getHttpServletMapping().getServletName();
		return this.managementServlet.get().filter((management) -> !management.equals(servlet)).isPresent() ? null
				: Objects.requireNonNullElse(request.getPathInfo(), request.getServletPath());
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		byte[] body = this.rejection.problem().getBytes(StandardCharsets.UTF_8);
		response.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
		response.setHeader(HttpHeaders.RETRY_AFTER, String.valueOf(Rejection.RETRY_AFTER_SECONDS));
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

}
