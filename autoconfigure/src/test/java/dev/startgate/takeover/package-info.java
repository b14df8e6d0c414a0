/**
 * What happens to the work of a holder that is killed or frozen.
 */
@NullMarked
package dev.startgate.takeover;

import org.jspecify.annotations.NullMarked;
