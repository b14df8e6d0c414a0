package dev.startgate.probe;

import java.util.List;

/**
 * A path at which the application will answer a probe later.
 *
 * @param path the whole path
 * @param probe what is asked for there
 * @param components whether the answer shows components to anybody
 * @param details whether the answer shows details to anybody
 * @param groups the names of the groups, which the answer about everything shows
 */
public record ProbePath(String path, Probe probe, boolean components, boolean details, List<String> groups) {
}
