package dev.startgate.sample;

/**
 * What a parcel of a size costs.
 *
 * @param size the size
 * @param cents the price
 */
record Tariff(String size, int cents) {
}
