package dev.startgate.flyway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.cglib.core.CodeGenerationException;
import org.springframework.cglib.proxy.Callback;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.Factory;
import org.springframework.cglib.proxy.MethodInterceptor;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.util.ReflectionUtils;

/**
 * A coordinated Flyway that extends the application's own subclass of Flyway, because
 * other beans may inject it by that class.
 */
final class CoordinatedSubclass {

	private static final Logger logger = LoggerFactory.getLogger(CoordinatedSubclass.class);

	private CoordinatedSubclass() {
	}

	/**
	 * Create an object whose class extends the application's subclass.
	 * @return that object, or the application's if there can't be such a subclass
	 */
	static Flyway of(CoordinatedFlyway coordinated) {
		Flyway application = coordinated.application();
		MethodInterceptor interceptor = (proxy, method, arguments, invocation) -> {
			if (method.getDeclaringClass() == Coordinated.class) {
				return coordinated;
			}
			return switch (method.getParameterCount() + method.getName()) {
				case "0migrate" -> coordinated.migrate();
				case "0clean" -> coordinated.clean();
				case "0baseline" -> coordinated.baseline();
				case "0info" -> coordinated.info();
				default -> invoke(method, application, arguments);
			};
		};
		try {
			Enhancer enhancer = new Enhancer();
			enhancer.setSuperclass(application.getClass());
			enhancer.setInterfaces(new Class<?>[] { Coordinated.class });
			enhancer.setCallbackType(MethodInterceptor.class);
			Class<?> type = enhancer.createClass();
			Object proxy = new SpringObjenesis().newInstance(type);
			((Factory) proxy).setCallbacks(new Callback[] { interceptor });
			return (Flyway) proxy;
		}
		catch (CodeGenerationException | IllegalArgumentException ex) {
			logger.warn("'{}' is not coordinated when it calls migrate() itself, because '{}' can't be extended: {}",
					coordinated.name(), application.getClass().getName(), ex.getMessage());
			return application;
		}
	}

	/**
	 * Call by reflection: the proxy library would have to extend {@code Object}, too.
	 */
	private static @Nullable Object invoke(Method method, Flyway application, Object[] arguments) throws Throwable {
		ReflectionUtils.makeAccessible(method);
		try {
			return method.invoke(application, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	static Optional<CoordinatedFlyway> find(Flyway flyway) {
		if (flyway instanceof CoordinatedFlyway coordinated) {
			return Optional.of(coordinated);
		}
		return (flyway instanceof Coordinated subclass) ? Optional.of((CoordinatedFlyway) subclass.coordinated())
				: Optional.empty();
	}

	/**
	 * Marks the generated subclasses, so that we recognize them. It is public because
	 * they may be in any package. So it can't name the package-private type that it
	 * returns.
	 */
	public interface Coordinated {

		Flyway coordinated();

	}

}
