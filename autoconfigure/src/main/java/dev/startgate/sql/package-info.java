/**
 * What databases say and how they are spoken to: the meaning of their codes, the causes
 * of a failure, and names in statements. Knows nothing of the rest.
 */
@NullMarked
package dev.startgate.sql;

import org.jspecify.annotations.NullMarked;
