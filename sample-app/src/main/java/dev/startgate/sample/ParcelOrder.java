package dev.startgate.sample;

/**
 * What a sender tells about a new parcel.
 *
 * @param recipient who gets it
 * @param postcode where it goes
 */
record ParcelOrder(String recipient, String postcode) {
}
