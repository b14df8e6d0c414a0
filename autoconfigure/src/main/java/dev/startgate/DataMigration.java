package dev.startgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a bean of type {@link org.flywaydb.core.api.migration.JavaMigration} as a data
 * migration: it has its place in the second history, that of
 * {@code startgate.data-migrations}, and not in the one of the schema.
 * <p>
 * Such a bean may use whatever the application has, repositories for instance: all data
 * migrations of the application then run when all beans are there, under the lock of the
 * schema, before the application is open. It is not injected anywhere by its type.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface DataMigration {

}
