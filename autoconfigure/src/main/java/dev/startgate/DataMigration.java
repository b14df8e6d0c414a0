package dev.startgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a bean of type {@link org.flywaydb.core.api.migration.JavaMigration} as a data
 * migration. It belongs to the second history, that of {@code startgate.data-migrations},
 * and not to the history of the schema.
 * <p>
 * Such a bean may use any other bean of the application, for instance repositories. All
 * data migrations therefore run when all beans exist, under the lock of the schema,
 * before the gate opens. The bean is not injected anywhere by its type.
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface DataMigration {

}
