package dev.startgate.testing;

import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static dev.startgate.testing.Patience.PATIENCE;

/**
 * How long tests wait for something that is sure to come. It is much longer than needed,
 * because a machine may be busy with other things. JUnit finds this class by itself.
 */
public final class Patience implements BeforeAllCallback {

	/** The longest wait, in minutes: {@code -Dpatience=10} for a very busy machine. */
	public static final Duration PATIENCE = Duration.ofMinutes(Integer.getInteger("patience", 2));

	@Override
	public void beforeAll(ExtensionContext context) {
		Awaitility.setDefaultTimeout(PATIENCE);
	}

}
