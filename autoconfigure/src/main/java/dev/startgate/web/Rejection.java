package dev.startgate.web;

import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import dev.startgate.GateSnapshot;
import dev.startgate.GateState;
import dev.startgate.StartupGate;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Decides which requests are turned away while the gate is not open, and with what
 * answer. Safe for use by several threads.
 */
public final class Rejection {

	/**
	 * The filter comes before security, which may need the schema. It comes after the
	 * filters that observe requests and apply forwarded headers.
	 */
	static final int ORDER = Integer.MIN_VALUE + 100;

	static final int RETRY_AFTER_SECONDS = 5;

	private static final Pattern DOTS = Pattern.compile("(^|[/\\\\])\\.{1,2}($|[/\\\\])");

	private final StartupGate gate;

	private final boolean wanted;

	private final List<PathPattern> exempt;

	private final Supplier<List<String>> managementPaths;

	/**
	 * Create a new object.
	 * @param gate the gate
	 * @param wanted whether any request is turned away
	 * @param exemptPaths patterns of the paths that are never turned away
	 * @param managementPaths paths that are never turned away, together with the paths
	 * below them; called for each request that may be turned away
	 */
	public Rejection(StartupGate gate, boolean wanted, List<String> exemptPaths,
			Supplier<List<String>> managementPaths) {
		this.gate = gate;
		this.wanted = wanted;
		this.exempt = exemptPaths.stream().map(PathPatternParser.defaultInstance::parse).toList();
		this.managementPaths = managementPaths;
	}

	/**
	 * Return whether every request passes, because the filter is off or the gate is open.
	 */
	boolean isOver() {
		return !this.wanted || this.gate.isOpen();
	}

	/**
	 * Return whether a request is turned away.
	 * @param parsed the path in the application
	 * @param managementPath the path as the handler of management paths sees it, without
	 * the prefix of a servlet; {@code null} if something else handles the request
	 */
	boolean applies(PathContainer parsed, @Nullable String managementPath) {
		return climbs(parsed) || (this.exempt.stream().noneMatch((pattern) -> pattern.matches(parsed))
				&& (managementPath == null || this.managementPaths.get()
					.stream()
					.noneMatch((management) -> isBelow(management, managementPath))));
	}

	/**
	 * A reactive server leaves dots in a path. The handler may follow them from an exempt
	 * path to one that is not exempt.
	 */
	private static boolean climbs(PathContainer path) {
		return path.elements()
			.stream()
			.anyMatch(
					(element) -> element instanceof PathSegment segment && DOTS.matcher(segment.valueToMatch()).find());
	}

	private static boolean isBelow(String management, String path) {
		return path.equals(management) || path.startsWith(management.endsWith("/") ? management : management + "/");
	}

	/**
	 * Return the answer, as {@code application/problem+json} (RFC 9457).
	 */
	String problem() {
		GateSnapshot snapshot = this.gate.snapshot();
		String detail = (snapshot.state() == GateState.FAILED) ? "The start of this replica has failed."
				: "This replica is starting and not ready yet.";
		return "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"" + detail
				+ "\"}";
	}

}
