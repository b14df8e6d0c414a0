package dev.startgate.autoconfigure;

import java.util.Set;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for what waits until the gate is open.
 *
 * @param include Names of additional lifecycle beans to start only once the gate is open.
 * Listener containers, schedulers and other well-known beans are deferred without it.
 * @param exempt Names of lifecycle beans to start without waiting for the gate.
 */
record DeferProperties(@DefaultValue Set<String> include, @DefaultValue Set<String> exempt) {

	static final DeferProperties DEFAULTS = new DeferProperties(Set.of(), Set.of());

	DeferProperties {
		for (String name : include) {
			Checks.isTrue(!exempt.contains(name), "startgate.defer.include", name,
					"names that are not in startgate.defer.exempt");
		}
	}

}
