package dev.startgate.actuate;

import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;

/**
 * Gates readiness. Has to run after the post-processor that adds the probe groups.
 */
public final class ReadinessPostProcessor implements HealthEndpointGroupsPostProcessor {

	private final String contributor;

	/**
	 * Create a new post-processor.
	 * @param contributor the name of the health contributor that shows the gate
	 */
	public ReadinessPostProcessor(String contributor) {
		this.contributor = contributor;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		return new GatedHealthGroups(groups, this.contributor);
	}

}
