package dev.startgate.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.SpringBootVersion;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.util.ClassUtils;

/**
 * Refuses versions of libraries with which the start would fail on a missing class or
 * method, or would silently go without coordination.
 */
class SupportedLibraries implements ApplicationListener<ApplicationEnvironmentPreparedEvent> {

	private static final String SHEDLOCK = "net.javacrumbs.shedlock.core.SimpleLock";

	private static final String SINCE_SHEDLOCK_7 = "net.javacrumbs.shedlock.provider.sql.DatabaseProduct";

	private static final String UNTIL_SHEDLOCK_CORE_6 = "net.javacrumbs.shedlock.support.annotation.NonNull";

	@Override
	public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
		if (!"false".equalsIgnoreCase(event.getEnvironment().getProperty("startgate.enabled"))) {
			check(SpringBootVersion.getVersion(), event.getSpringApplication().getClassLoader());
		}
	}

	static void check(@Nullable String springBoot, @Nullable ClassLoader classLoader) {
		if (springBoot != null && springBoot.matches("[1-3][.].*")) {
			throw refused("Spring Boot", "Spring Boot " + springBoot, "4.0");
		}
		if (ClassUtils.isPresent(SHEDLOCK, classLoader) && !ClassUtils.isPresent(SINCE_SHEDLOCK_7, classLoader)) {
			throw refused("ShedLock", "this ShedLock", "7.0");
		}
		if (ClassUtils.isPresent(UNTIL_SHEDLOCK_CORE_6, classLoader)) {
			throw refused("'shedlock-core'", "this 'shedlock-core'", "7.0");
		}
	}

	private static RefusedStartException refused(String library, String found, String oldest) {
		return new RefusedStartException("Startgate can't run with %s: it needs %s or later".formatted(found, oldest),
				("Update %s in the build, or remove Startgate from it. To start without coordination, set "
						+ "'startgate.enabled' to 'false'.")
					.formatted(library));
	}

}
