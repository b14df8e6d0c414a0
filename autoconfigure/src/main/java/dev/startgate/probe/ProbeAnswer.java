package dev.startgate.probe;

/**
 * What is sent back.
 *
 * @param status the HTTP status
 * @param contentType the type of the body
 * @param body the body
 */
record ProbeAnswer(int status, String contentType, String body) {

	private static final String TYPE_OF_HEALTH = "application/vnd.spring-boot.actuator.v3+json";

	static ProbeAnswer health(int status, String json) {
		return new ProbeAnswer(status, TYPE_OF_HEALTH, json);
	}

	/**
	 * The answer to whatever is no probe.
	 */
	static ProbeAnswer starting() {
		return new ProbeAnswer(503, "text/plain;charset=UTF-8", "The application is starting\n");
	}

}
