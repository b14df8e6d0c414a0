/**
 * The connection pools of an application, by their own means: the only package that knows
 * HikariCP, Tomcat's pool or Commons DBCP.
 */
@NullMarked
package dev.startgate.pool;

import org.jspecify.annotations.NullMarked;
