package dev.startgate.testing;

import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Lets another Tomcat run in this JVM, in a class loader of its own. Only the first
 * Tomcat of a JVM can register its handlers of URLs, and an application does not need
 * them.
 */
public final class AnotherTomcat {

	private static final String FACTORY = "org.apache.catalina.webresources.TomcatURLStreamHandlerFactory";

	private AnotherTomcat() {
	}

	/**
	 * Let a Tomcat start, if there is one.
	 * @param loader the class loader that will load it
	 */
	public static void allowIn(ClassLoader loader) {
		if (ClassUtils.isPresent(FACTORY, loader)) {
			Class<?> factory = ClassUtils.resolveClassName(FACTORY, loader);
			ReflectionUtils.invokeMethod(ReflectionUtils.findMethod(factory, "disable"), null);
		}
	}

}
