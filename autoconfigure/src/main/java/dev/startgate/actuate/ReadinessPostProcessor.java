package dev.startgate.actuate;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.actuate.endpoint.web.WebServerNamespace;
import org.springframework.boot.health.actuate.endpoint.AdditionalHealthEndpointPath;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.actuate.endpoint.HttpCodeStatusMapper;
import org.springframework.boot.health.actuate.endpoint.StatusAggregator;

/**
 * Makes readiness depend on the gate. It must run after the post-processor that adds the
 * probe groups.
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

	/**
	 * Puts the gate into the readiness group and keeps it out of the liveness group,
	 * whatever the application says about the members of its groups.
	 */
	private static final class GatedHealthGroups implements HealthEndpointGroups, AdditionalPathsMapper {

		private final HealthEndpointGroups groups;

		private final String contributor;

		GatedHealthGroups(HealthEndpointGroups groups, String contributor) {
			this.groups = groups;
			this.contributor = contributor;
		}

		@Override
		public HealthEndpointGroup getPrimary() {
			return this.groups.getPrimary();
		}

		@Override
		public Set<String> getNames() {
			return this.groups.getNames();
		}

		@Override
		public @Nullable HealthEndpointGroup get(String name) {
			HealthEndpointGroup group = this.groups.get(name);
			if (group == null) {
				return null;
			}
			return switch (name) {
				case "readiness" -> new Group(group, this.contributor, true);
				case "liveness" -> new Group(group, this.contributor, false);
				default -> group;
			};
		}

		@Override
		public @Nullable List<String> getAdditionalPaths(EndpointId endpointId, WebServerNamespace webServerNamespace) {
			return (this.groups instanceof AdditionalPathsMapper mapper)
					? mapper.getAdditionalPaths(endpointId, webServerNamespace) : null;
		}

		/**
		 * A group that always, or never, has one contributor as a member.
		 */
		private record Group(HealthEndpointGroup group, String contributor,
				boolean member) implements HealthEndpointGroup {

			@Override
			public boolean isMember(String name) {
				return name.equals(this.contributor) ? this.member : this.group.isMember(name);
			}

			@Override
			public boolean showComponents(SecurityContext securityContext) {
				return this.group.showComponents(securityContext);
			}

			@Override
			public boolean showDetails(SecurityContext securityContext) {
				return this.group.showDetails(securityContext);
			}

			@Override
			public StatusAggregator getStatusAggregator() {
				return this.group.getStatusAggregator();
			}

			@Override
			public HttpCodeStatusMapper getHttpCodeStatusMapper() {
				return this.group.getHttpCodeStatusMapper();
			}

			@Override
			public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
				return this.group.getAdditionalPath();
			}

		}

	}

}
