package dev.startgate.web;

import java.nio.charset.StandardCharsets;

import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Turns reactive requests away until the gate is open.
 */
public final class RejectingWebFilter implements WebFilter, Ordered {

	private final Rejection rejection;

	private final ApplicationContext context;

	/**
	 * Create a new filter.
	 * @param rejection decides which requests are turned away
	 * @param context the context whose requests are turned away; requests of a child
	 * context pass, such as those on a separate management port
	 */
	public RejectingWebFilter(Rejection rejection, ApplicationContext context) {
		this.rejection = rejection;
		this.context = context;
	}

	@Override
	public int getOrder() {
		return Rejection.ORDER;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		boolean foreign = exchange.getApplicationContext() != null && exchange.getApplicationContext() != this.context;
		if (foreign || this.rejection.isOver() || CorsUtils.isPreFlightRequest(exchange.getRequest())) {
			return chain.filter(exchange);
		}
		PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
		return this.rejection.applies(path, path.value()) ? reject(exchange.getResponse()) : chain.filter(exchange);
	}

	private Mono<Void> reject(ServerHttpResponse response) {
		byte[] body = this.rejection.problem().getBytes(StandardCharsets.UTF_8);
		response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
		HttpHeaders headers = response.getHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(Rejection.RETRY_AFTER_SECONDS));
		headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		headers.setContentLength(body.length);
		return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
	}

}
