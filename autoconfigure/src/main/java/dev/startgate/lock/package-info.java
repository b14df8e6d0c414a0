/**
 * The lease, its renewal and its tables, on ShedLock's JDBC provider with the database's
 * time; one small class for each kind of database.
 */
@NullMarked
package dev.startgate.lock;

import org.jspecify.annotations.NullMarked;
