package dev.startgate.probe;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.json.JsonParserFactory;

/**
 * The answer of a port of this machine.
 */
public record Answer(int status, @Nullable String type, @Nullable String retryAfter, String body) {

	public static final int NONE = 0;

	/**
	 * Request a path.
	 * @return the answer, with the status {@link #NONE} if there is none
	 */
	public static Answer get(int port, String path) {
		return get("localhost", port, path);
	}

	/**
	 * Request a path at one of the addresses of this machine.
	 * @return the answer, with the status {@link #NONE} if there is none
	 */
	static Answer get(String address, int port, String path) {
		try {
			HttpURLConnection connection = (HttpURLConnection) URI.create("http://" + address + ":" + port + path)
				.toURL()
				.openConnection();
			connection.setConnectTimeout(20_000);
			connection.setReadTimeout(20_000);
			// as the kubelet does, on a connection of its own: see Http
			connection.setRequestProperty("Connection", "close");
			int status = connection.getResponseCode();
			try (var body = (status < 400) ? connection.getInputStream() : connection.getErrorStream()) {
				return new Answer(status, connection.getContentType(), connection.getHeaderField("Retry-After"),
						(body != null) ? new String(body.readAllBytes(), StandardCharsets.UTF_8) : "");
			}
		}
		catch (IOException ex) {
			return new Answer(NONE, null, null, ex.toString());
		}
	}

	Map<String, Object> json() {
		return JsonParserFactory.getJsonParser().parseMap(this.body);
	}

}
