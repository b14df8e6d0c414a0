package dev.startgate.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long another replica took to go on after a fault of the replica that was migrating.
 * A blocked migration is no fault of the replica.
 *
 * @param kind the fault
 * @param lease the time until another lease was seen, if one was seen
 * @param executing the time until another incarnation executed a migration
 */
record Takeover(FaultKind kind, Optional<Duration> lease, Duration executing) {

	static List<Takeover> find(List<Injection> injections, Sampler sampler) {
		return injections.stream()
			.filter(Injection::executing)
			.filter((injection) -> injection.fault().kind() != FaultKind.BLOCK)
			.flatMap((injection) -> find(injection, sampler).stream())
			.toList();
	}

	private static Optional<Takeover> find(Injection injection, Sampler sampler) {
		OptionalLong executing = sampler.samples()
			.stream()
			.filter((sample) -> sample.nanos() > injection.nanos())
			.filter((sample) -> sample.tokens().stream().anyMatch((token) -> !token.equals(injection.token())))
			.mapToLong(Sampler.Sample::nanos)
			.findFirst();
		OptionalLong lease = sampler.leases()
			.stream()
			.mapToLong(Sampler.Lease::nanos)
			.filter((nanos) -> nanos > injection.nanos())
			.findFirst();
		return executing.isPresent()
				? Optional.of(new Takeover(injection.fault().kind(),
						lease.isPresent() ? Optional.of(Duration.ofNanos(lease.getAsLong() - injection.nanos()))
								: Optional.empty(),
						Duration.ofNanos(executing.getAsLong() - injection.nanos())))
				: Optional.empty();
	}

}
