package dev.startgate;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A Java migration that may be run again after it was interrupted, whatever part of it
 * has taken effect: it looks what is there already.
 * <p>
 * A migration in SQL goes on where it stopped, and a {@link ChunkedMigration} too:
 * neither needs this.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Rerunnable {

}
