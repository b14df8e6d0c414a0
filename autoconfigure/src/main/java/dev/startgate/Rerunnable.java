package dev.startgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A Java migration that may be run again after it was interrupted, whatever part of it
 * has taken effect, because it checks what is already there.
 * <p>
 * A migration in SQL and a {@link ChunkedMigration} go on where they stopped, and do not
 * need this.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Rerunnable {

}
