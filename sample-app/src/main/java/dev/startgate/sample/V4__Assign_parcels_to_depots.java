package dev.startgate.sample;

import java.time.Duration;

import dev.startgate.ChunkedMigration;

import org.springframework.stereotype.Component;

/**
 * Assigns each parcel to a depot, in chunks that are committed one by one. A replica that
 * is killed in the middle leaves the rest to the next one.
 * <p>
 * The table of this sample is small. Small chunks and a pause make it take three seconds,
 * so that the other replicas have something to wait for.
 */
@Component
class V4__Assign_parcels_to_depots extends ChunkedMigration {

	@Override
	protected String statement() {
		return """
				update parcel set depot = postcode.depot from postcode
				where postcode.code = parcel.postcode and parcel.id >= :from and parcel.id < :to
				""";
	}

	@Override
	protected String keys() {
		return "select min(id), max(id) from parcel";
	}

	@Override
	protected int chunkSize() {
		return 25;
	}

	@Override
	protected Duration pause() {
		return Duration.ofMillis(150);
	}

}
