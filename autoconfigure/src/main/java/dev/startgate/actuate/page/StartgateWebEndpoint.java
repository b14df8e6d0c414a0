package dev.startgate.actuate.page;

import dev.startgate.actuate.StartFormat;
import dev.startgate.actuate.StartReport;
import dev.startgate.actuate.StartgateEndpoint;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Reports one start on the web: to programs as data, to browsers as a page.
 */
@EndpointWebExtension(endpoint = StartgateEndpoint.class)
public final class StartgateWebEndpoint {

	private final StartgateEndpoint endpoint;

	public StartgateWebEndpoint(StartgateEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Report the start.
	 * @param format the form of the report
	 * @return all that is known now
	 */
	@ReadOperation(producesFrom = StartFormat.class)
	public WebEndpointResponse<Object> start(StartFormat format) {
		StartReport report = this.endpoint.start();
		return new WebEndpointResponse<>((format != StartFormat.PAGE) ? report : StartPage.of(report), format);
	}

}
