/**
 * Statements that take strong locks on tables: how long they wait for them, what they do
 * when they have waited long enough, and for whom they wait.
 */
@NullMarked
package dev.startgate.flyway.ddl;

import org.jspecify.annotations.NullMarked;
