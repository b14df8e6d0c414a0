package dev.startgate.dropin;

import java.util.List;

import org.assertj.core.api.ListAssert;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Plays a scenario in plain Boot and with Startgate, each on its own database.
 */
final class Comparison {

	private Comparison() {
	}

	/**
	 * Expect the same observations in plain Boot and with Startgate.
	 * @param <T> the type of an observation
	 * @param scenario what happens to the application
	 * @return the observations of both, for further expectations
	 */
	static <T> ListAssert<T> sameAsPlainBoot(Scenario<T> scenario) {
		List<T> plain = play(scenario, false);
		List<T> startgate = play(scenario, true);
		assertThat(startgate).as("with Startgate, compared with plain Boot").isEqualTo(plain);
		return assertThat(startgate);
	}

	private static <T> List<T> play(Scenario<T> scenario, boolean startgate) {
		try (Application application = new Application(startgate)) {
			return scenario.play(application);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * What happens to an application.
	 *
	 * @param <T> the type of an observation
	 */
	@FunctionalInterface
	interface Scenario<T> {

		List<T> play(Application application) throws Exception;

	}

}
