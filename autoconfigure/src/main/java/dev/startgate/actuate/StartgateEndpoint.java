package dev.startgate.actuate;

import dev.startgate.actuate.page.StartgateWebEndpoint;
import dev.startgate.gate.CompletedMigrations;
import dev.startgate.gate.Gate;
import dev.startgate.gate.Time;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/**
 * Reports one start, while it goes on and afterwards. Reads no database.
 */
@Endpoint(id = "startgate")
public final class StartgateEndpoint {

	private final Gate gate;

	private final CompletedMigrations completed;

	private final Time time;

	private final StartSettings settings;

	/**
	 * Create the endpoint.
	 * @param gate the gate
	 * @param completed what happened to each schema so far
	 * @param time the time
	 * @param settings what the application has asked for
	 */
	public StartgateEndpoint(Gate gate, CompletedMigrations completed, Time time, StartSettings settings) {
		this.gate = gate;
		this.completed = completed;
		this.time = time;
		this.settings = settings;
	}

	/**
	 * Report the start. The media types are declared for the web, where
	 * {@link StartgateWebEndpoint} answers in place of this method.
	 * @return all that is known now
	 */
	@ReadOperation(producesFrom = StartFormat.class)
	public StartReport start() {
		return StartReport.of(this.gate, this.completed, this.time.instant(), this.settings);
	}

}
