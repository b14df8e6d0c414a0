package dev.startgate.probe;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What a client wants.
 *
 * @param method the method
 * @param path the decoded path, which is empty or {@code *} if the request has none
 * @param accept the values of the header {@code Accept}
 */
record ProbeRequest(String method, String path, List<String> accept) {

	private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";

	private static final Pattern FIRST_LINE = Pattern
		.compile("(?<method>" + TOKEN + ") (?<target>[!-~]++) HTTP/1\\.(?<minor>[0-9])");

	private static final Pattern HEADER = Pattern.compile("(?<name>" + TOKEN + "):(?<value>[\\t -~\\x80-\\xFF]*+)");

	private static final Pattern LINE_END = Pattern.compile("\\r?\\n");

	/**
	 * Parse the head of an HTTP/1 request.
	 * @param head the first line and the headers
	 * @return the request, {@code null} if it is malformed
	 */
	static @Nullable ProbeRequest parse(String head) {
		String[] lines = LINE_END.split(head.strip());
		Matcher first = FIRST_LINE.matcher(lines[0]);
		if (!first.matches()) {
			return null;
		}
		int hosts = 0;
		List<String> accept = new ArrayList<>();
		for (int i = 1; i < lines.length; i++) {
			Matcher header = HEADER.matcher(lines[i]);
			if (!header.matches()) {
				return null;
			}
			hosts += header.group("name").equalsIgnoreCase("Host") ? 1 : 0;
			if (header.group("name").equalsIgnoreCase("Accept")) {
				accept.add(header.group("value").strip());
			}
		}
		if (hosts > 1 || (hosts == 0 && !first.group("minor").equals("0"))) {
			return null;
		}
		String path = path(first.group("method"), first.group("target"));
		return (path != null) ? new ProbeRequest(first.group("method"), path, accept) : null;
	}

	private static @Nullable String path(String method, String target) {
		if (target.equals("*") || method.equals("CONNECT")) {
			return "*";
		}
		try {
			// two slashes at the beginning are not followed by a host
			URI uri = new URI(target.startsWith("/") ? "http://host" + target : target);
			boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
			return (http && uri.getHost() != null && uri.getRawFragment() == null) ? uri.getPath() : null;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

}
