package dev.startgate.actuate;

import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

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
import org.springframework.boot.health.contributor.Status;

/**
 * Makes readiness depend on the gate. It must run after the post-processor that adds the
 * probe groups.
 */
public final class ReadinessPostProcessor implements HealthEndpointGroupsPostProcessor {

	private static final int FIRST_ERROR = 400;

	private static final int UNAVAILABLE = 503;

	private final String contributor;

	private final BooleanSupplier ready;

	/**
	 * Create a new post-processor.
	 * @param contributor the name of the health contributor that shows the gate
	 * @param ready tells at each request whether the gate lets requests in
	 */
	public ReadinessPostProcessor(String contributor, BooleanSupplier ready) {
		this.contributor = contributor;
		this.ready = ready;
	}

	@Override
	public HealthEndpointGroups postProcessHealthEndpointGroups(HealthEndpointGroups groups) {
		return new GatedHealthGroups(groups, this.contributor, this.ready);
	}

	/**
	 * Puts the gate into the readiness group and keeps it out of the liveness group,
	 * whatever the application says about the members of its groups.
	 */
	private static final class GatedHealthGroups implements HealthEndpointGroups, AdditionalPathsMapper {

		private final HealthEndpointGroups groups;

		private final String contributor;

		private final BooleanSupplier ready;

		GatedHealthGroups(HealthEndpointGroups groups, String contributor, BooleanSupplier ready) {
			this.groups = groups;
			this.contributor = contributor;
			this.ready = ready;
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
				case "readiness" -> new Group(group, this.contributor, true, this.ready);
				case "liveness" -> new Group(group, this.contributor, false, () -> true);
				default -> group;
			};
		}

		@Override
		public @Nullable List<String> getAdditionalPaths(EndpointId endpointId, WebServerNamespace webServerNamespace) {
			return (this.groups instanceof AdditionalPathsMapper mapper)
					? mapper.getAdditionalPaths(endpointId, webServerNamespace) : null;
		}

		/**
		 * A group that always, or never, has one contributor as a member. While it is not
		 * ready, it does not answer as if it were, however the application orders and
		 * maps statuses.
		 */
		private record Group(HealthEndpointGroup group, String contributor, boolean member,
				BooleanSupplier ready) implements HealthEndpointGroup {

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
				StatusAggregator aggregator = this.group.getStatusAggregator();
				return (statuses) -> {
					Status status = aggregator.getAggregateStatus(statuses);
					boolean hides = Status.UP.equals(status)
							&& (statuses.contains(Status.OUT_OF_SERVICE) || statuses.contains(Status.DOWN));
					return (hides && !this.ready.getAsBoolean()) ? Status.OUT_OF_SERVICE : status;
				};
			}

			@Override
			public HttpCodeStatusMapper getHttpCodeStatusMapper() {
				HttpCodeStatusMapper mapper = this.group.getHttpCodeStatusMapper();
				return (status) -> {
					int code = mapper.getStatusCode(status);
					boolean hides = code < FIRST_ERROR && !Status.UP.equals(status);
					return (hides && !this.ready.getAsBoolean()) ? UNAVAILABLE : code;
				};
			}

			@Override
			public @Nullable AdditionalHealthEndpointPath getAdditionalPath() {
				return this.group.getAdditionalPath();
			}

		}

	}

}
