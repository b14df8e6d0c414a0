package dev.startgate.sample;

import org.springframework.util.Assert;

/**
 * What a sender tells about a new parcel.
 *
 * @param recipient who gets it
 * @param postcode where it goes
 */
record ParcelOrder(String recipient, String postcode) {

	ParcelOrder {
		Assert.hasText(recipient, "A parcel needs a recipient");
		Assert.hasText(postcode, "A parcel needs a postcode");
	}

}
