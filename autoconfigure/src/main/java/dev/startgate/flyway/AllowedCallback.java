package dev.startgate.flyway;

import java.util.function.Predicate;

import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

/**
 * A callback of the application that hears of some events only.
 */
final class AllowedCallback implements Callback {

	private final Callback application;

	private final Predicate<Event> allowed;

	AllowedCallback(Callback application, Predicate<Event> allowed) {
		this.application = application;
		this.allowed = allowed;
	}

	@Override
	public boolean supports(Event event, Context context) {
		return this.allowed.test(event) && this.application.supports(event, context);
	}

	@Override
	public boolean canHandleInTransaction(Event event, Context context) {
		return this.application.canHandleInTransaction(event, context);
	}

	@Override
	public void handle(Event event, Context context) {
		this.application.handle(event, context);
	}

	@Override
	public String getCallbackName() {
		return this.application.getCallbackName();
	}

}
