package dev.startgate.actuate;

import java.nio.charset.StandardCharsets;

import org.springframework.boot.actuate.endpoint.ApiVersion;
import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * The form in which a start is reported. If a client accepts several, it gets the last
 * one of these.
 */
public enum StartFormat implements Producible<StartFormat> {

	/**
	 * The media type of other endpoints.
	 */
	ACTUATOR(ApiVersion.V3.getProducedMimeType()),

	/**
	 * For programs.
	 */
	JSON(MimeTypeUtils.APPLICATION_JSON),

	/**
	 * For browsers.
	 */
	PAGE(new MimeType(MimeTypeUtils.TEXT_HTML, StandardCharsets.UTF_8));

	private final MimeType mimeType;

	StartFormat(MimeType mimeType) {
		this.mimeType = mimeType;
	}

	@Override
	public MimeType getProducedMimeType() {
		return this.mimeType;
	}

	@Override
	public boolean isDefault() {
		return this == JSON;
	}

}
