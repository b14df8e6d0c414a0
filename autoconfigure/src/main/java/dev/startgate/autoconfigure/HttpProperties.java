package dev.startgate.autoconfigure;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A settle condition that asks an address.
 *
 * @param name Name shown while it is waited for.
 * @param url Address that is asked with GET.
 * @param expectStatus Status that means settled.
 * @param timeout Maximum time for one answer.
 * @param stableFor Time for which the condition must hold without interruption.
 */
public record HttpProperties(@Nullable String name, @Nullable URI url, @DefaultValue("200") int expectStatus,
		@DefaultValue("5s") Duration timeout, @Nullable Duration stableFor) {

	void check(String property, Duration all) {
		Checks.isTrue(name != null && !name.isBlank(), property + ".name", name, "a name for people");
		Checks.isTrue(
				url != null && url.getHost() != null
						&& ("http".equals(url.getScheme()) || "https".equals(url.getScheme())),
				property + ".url", url, "an address that begins with http:// or https://");
		Checks.isTrue(expectStatus >= 100 && expectStatus <= 599, property + ".expect-status", expectStatus,
				"a status between 100 and 599");
		SqlProperties.checkTimes(property, timeout, stableFor, all);
	}

}
