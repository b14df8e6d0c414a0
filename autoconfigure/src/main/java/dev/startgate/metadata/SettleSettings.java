package dev.startgate.metadata;

import java.time.Duration;

/**
 * How settling is waited for.
 *
 * @param timeout how long to wait for all conditions together
 * @param pollInterval the pause between two questions to one condition
 * @param stableFor how long a condition must hold without interruption
 */
public record SettleSettings(Duration timeout, Duration pollInterval, Duration stableFor) {
}
