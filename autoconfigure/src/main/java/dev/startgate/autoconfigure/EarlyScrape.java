package dev.startgate.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

import dev.startgate.actuate.GateMetrics;
import dev.startgate.probe.EarlyEndpoint;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsProperties;
import org.springframework.boot.micrometer.metrics.autoconfigure.PropertiesMeterFilter;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusOutputFormat;
import org.springframework.core.env.Environment;

/**
 * Answers with the metrics of the start before the application's registry exists. It uses
 * a registry of the same class, with the tags from properties. It does not apply filters
 * and customizers that are beans.
 */
final class EarlyScrape implements EarlyEndpoint {

	private static final String DESCRIPTIONS = "prometheus.descriptions";

	private final GateMetrics metrics;

	private final Environment environment;

	private final boolean details;

	private @Nullable PrometheusMeterRegistry registry;

	/**
	 * Create a new endpoint.
	 * @param metrics the metrics, which are bound to no other registry
	 * @param environment the environment with the properties of metrics
	 * @param details whether everybody may see names that the application has given
	 */
	EarlyScrape(GateMetrics metrics, Environment environment, boolean details) {
		this.metrics = metrics;
		this.environment = environment;
		this.details = details;
	}

	@Override
	public String id() {
		return "prometheus";
	}

	@Override
	public @Nullable Form form(List<String> accept) {
		PrometheusOutputFormat format = EarlyStart.accepted(PrometheusOutputFormat.class, accept);
		if (format == null) {
			return null;
		}
		String contentType = format.getProducedMimeType().toString();
		return new Form(contentType, () -> scrape(contentType));
	}

	private synchronized byte[] scrape(String contentType) {
		if (this.registry == null) {
			this.registry = bind();
		}
		this.metrics.refresh();
		try (ByteArrayOutputStream bytes = new ByteArrayOutputStream()) {
			this.registry.scrape(bytes, contentType);
			return bytes.toByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private PrometheusMeterRegistry bind() {
		PrometheusConfig config = (key) -> key.equals(DESCRIPTIONS)
				? this.environment.getProperty("management.prometheus.metrics.export.descriptions") : null;
		PrometheusMeterRegistry registry = new PrometheusMeterRegistry(config);
		registry.config()
			.meterFilter(new PropertiesMeterFilter(
					Binder.get(this.environment).bindOrCreate("management.metrics", MetricsProperties.class)));
		if (this.details) {
			this.metrics.bindTo(registry);
		}
		else {
			this.metrics.bindWithoutNamesTo(registry);
		}
		return registry;
	}

}
