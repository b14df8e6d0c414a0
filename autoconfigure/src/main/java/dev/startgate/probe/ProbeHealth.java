package dev.startgate.probe;

import java.util.Map;

/**
 * What the gate's health contributor says.
 *
 * @param status the code of its status
 * @param details its details
 */
public record ProbeHealth(String status, Map<String, ?> details) {
}
