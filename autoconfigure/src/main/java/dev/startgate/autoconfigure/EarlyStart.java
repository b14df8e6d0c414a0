package dev.startgate.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.startgate.actuate.StartFormat;
import dev.startgate.actuate.StartReport;
import dev.startgate.actuate.StartgateEndpoint;
import dev.startgate.actuate.page.StartgateWebEndpoint;
import dev.startgate.probe.EarlyEndpoint;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.ProducibleOperationArgumentResolver;
import org.springframework.util.InvalidMimeTypeException;

/**
 * Reports the start as the endpoint will later. If not everybody may see details, the
 * report contains only states, times and counts, which reveal no names.
 */
final class EarlyStart implements EarlyEndpoint {

	private final StartgateEndpoint endpoint;

	private final StartgateWebEndpoint web;

	private final boolean details;

	EarlyStart(StartgateEndpoint endpoint, StartgateWebEndpoint web, boolean details) {
		this.endpoint = endpoint;
		this.web = web;
		this.details = details;
	}

	@Override
	public String id() {
		return "startgate";
	}

	@Override
	public @Nullable Form form(List<String> accept) {
		StartFormat format = accepted(StartFormat.class, accept);
		if (format == null) {
			return null;
		}
		return this.details ? new Form(format.getProducedMimeType().toString(), () -> this.web.start(format).getBody())
				: new Form(StartFormat.JSON.getProducedMimeType().toString(),
						() -> withoutDetails(this.endpoint.start()));
	}

	private static Map<String, Object> withoutDetails(StartReport report) {
		Map<String, Object> shown = new LinkedHashMap<>();
		shown.put("at", report.at());
		shown.put("state", report.state());
		shown.put("since", report.since());
		shown.put("waited", report.waited());
		shown.put("states", report.states());
		shown.put("counts", report.counts());
		return shown;
	}

	/**
	 * Choose the format that Actuator will choose later.
	 */
	static <T extends Enum<T>> @Nullable T accepted(Class<T> formats, List<String> accept) {
		try {
			return new ProducibleOperationArgumentResolver(() -> accept).resolve(formats);
		}
		catch (InvalidMimeTypeException ex) {
			return null;
		}
	}

}
