package dev.startgate.sample;

import java.time.Instant;

/**
 * A parcel on its way.
 *
 * @param id its number
 * @param recipient who gets it
 * @param postcode where it goes
 * @param depot the depot that delivers it
 * @param status how far it is
 * @param dueAt when it should be there
 */
record Parcel(long id, String recipient, String postcode, String depot, String status, Instant dueAt) {
}
