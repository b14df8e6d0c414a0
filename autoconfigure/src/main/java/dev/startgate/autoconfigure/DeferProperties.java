package dev.startgate.autoconfigure;

import java.util.Set;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings for what waits until the gate is open.
 *
 * @param include Names of beans that Spring starts only once the gate is open, besides
 * those that are known.
 * @param exempt Names of beans that Spring starts without waiting for the gate.
 */
record DeferProperties(@DefaultValue Set<String> include, @DefaultValue Set<String> exempt) {

	static final DeferProperties DEFAULTS = new DeferProperties(Set.of(), Set.of());

	DeferProperties {
		for (String name : include) {
			if (exempt.contains(name)) {
				throw new InvalidPropertyException("startgate.defer.include", name,
						"names that are not in startgate.defer.exempt");
			}
		}
	}

}
