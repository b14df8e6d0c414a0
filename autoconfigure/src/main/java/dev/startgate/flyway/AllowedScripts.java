package dev.startgate.flyway;

import java.util.Collection;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * The application's scripts, with only some of the callbacks among them.
 */
final class AllowedScripts implements ResourceProvider {

	private final Configuration application;

	private final Predicate<Event> allowed;

	private final ResourceProvider migrations;

	private final ResourceProvider callbacks;

	AllowedScripts(Configuration application, Predicate<Event> allowed) {
		this.application = application;
		this.allowed = allowed;
		this.migrations = CallbackScripts.migrations(application);
		this.callbacks = CallbackScripts.haveOwnLocations(application) ? CallbackScripts.callbacks(application)
				: this.migrations;
	}

	@Override
	public @Nullable LoadableResource getResource(String name) {
		return this.migrations.getResource(name);
	}

	@Override
	public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
		return Stream.concat(migrations(prefix, suffixes), callbacks(prefix, suffixes)).toList();
	}

	/**
	 * Return the same callbacks without a single migration.
	 */
	ResourceProvider withoutMigrations() {
		return new ResourceProvider() {

			@Override
			public @Nullable LoadableResource getResource(String name) {
				return AllowedScripts.this.getResource(name);
			}

			@Override
			public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
				return callbacks(prefix, suffixes).toList();
			}

		};
	}

	private Stream<LoadableResource> migrations(String prefix, String[] suffixes) {
		return this.migrations.getResources(prefix, suffixes)
			.stream()
			.filter((resource) -> CallbackScripts.event(resource, this.application).isEmpty());
	}

	private Stream<LoadableResource> callbacks(String prefix, String[] suffixes) {
		return this.callbacks.getResources(prefix, suffixes)
			.stream()
			.filter((resource) -> CallbackScripts.event(resource, this.application).filter(this.allowed).isPresent());
	}

}
