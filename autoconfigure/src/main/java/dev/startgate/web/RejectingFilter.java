package dev.startgate.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Turns servlet requests away until the gate is open. What they are dispatched to, an
 * error page for instance, was decided on with the request.
 */
public final class RejectingFilter extends OncePerRequestFilter implements Ordered {

	private final Rejection rejection;

	public RejectingFilter(Rejection rejection) {
		this.rejection = rejection;
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
		String handlerPath = Objects.requireNonNullElse(request.getPathInfo(), request.getServletPath());
		String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
		return !this.rejection.applies(path, handlerPath);
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
