package dev.startgate.probe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import org.springframework.boot.json.JsonWriter;

/**
 * Answers as the health endpoint will: the same status, and JSON of the same shape.
 */
public final class ProbeAnswers {

	private static final String UP = "UP";

	private static final String OUT_OF_SERVICE = "OUT_OF_SERVICE";

	private final String contributor;

	private final Supplier<ProbeHealth> health;

	/**
	 * Create answers.
	 * @param contributor the name of the health contributor that shows the gate
	 * @param health what that contributor says now; called by the threads that answer
	 */
	public ProbeAnswers(String contributor, Supplier<ProbeHealth> health) {
		this.contributor = contributor;
		this.health = health;
	}

	ProbeAnswer to(ProbePath path) {
		return switch (path.probe()) {
			case LIVENESS -> ProbeAnswer.up(json(path, UP, Map.of("livenessState", status(UP))));
			case READINESS -> notYet(path, Map.of("readinessState", status(OUT_OF_SERVICE)));
			case HEALTH -> notYet(path, Map.of());
		};
	}

	private ProbeAnswer notYet(ProbePath path, Map<String, Object> others) {
		ProbeHealth health = this.health.get();
		Map<String, Object> gate = status(health.status());
		if (path.details()) {
			gate.put("details", PlainDetails.plain(health.details()));
		}
		Map<String, Object> components = new LinkedHashMap<>(others);
		components.put(this.contributor, gate);
		return ProbeAnswer.notUp(json(path, health.status(), components));
	}

	private static String json(ProbePath path, String status, Map<String, Object> components) {
		Map<String, Object> json = status(status);
		if (path.components()) {
			json.put("components", components);
		}
		if (!path.groups().isEmpty()) {
			json.put("groups", path.groups());
		}
		// the writer is made per answer: most starts answer no probe and need none
		return JsonWriter.<Map<String, Object>>standard().writeToString(json);
	}

	private static Map<String, Object> status(String status) {
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("status", status);
		return json;
	}

}
