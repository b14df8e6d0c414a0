package dev.startgate.sample.fleet;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link FleetOptions}, and for {@link FleetPorts} that follow from them.
 */
class FleetOptionsTests {

	@Test
	void threeReplicasStayUpByDefault() {
		FleetOptions options = parse();
		assertThat(options.replicas()).isEqualTo(3);
		assertThat(options.port()).isEqualTo(8081);
		assertThat(options.exit()).isFalse();
		assertThat(options.killHolderAfter()).isNull();
		assertThat(options.forReplicas()).isEmpty();
	}

	@Test
	void everyOptionCanBeGiven() {
		FleetOptions options = parse("--fleet.replicas=5", "--fleet.port=9081", "--fleet.exit=true",
				"--fleet.kill-holder-after=2s", "--fleet.timeout=90s");
		assertThat(options.replicas()).isEqualTo(5);
		assertThat(options.port()).isEqualTo(9081);
		assertThat(options.exit()).isTrue();
		assertThat(options.killHolderAfter()).isEqualTo(Duration.ofSeconds(2));
		assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(90));
	}

	@Test
	void otherPropertiesAreForTheReplicas() {
		assertThat(parse("--fleet.exit=true", "--startgate.lock.lease=5s").forReplicas())
			.containsExactly("--startgate.lock.lease=5s");
	}

	@Test
	void whatIsNotUnderstoodIsNamed() {
		assertRefused("--fleet.replicas=many", "--fleet.replicas=many is not understood");
		assertRefused("--fleet.kill-holder-after=soon", "--fleet.kill-holder-after=soon is not understood");
		assertRefused("--fleet.exit=perhaps", "--fleet.exit=perhaps is not understood");
		assertRefused("--fleet.replicas=0", "--fleet.replicas is 0");
		assertRefused("--fleet.port=65535", "--fleet.port=65535 leaves no port");
	}

	@Test
	void aPortThatIsTakenIsNamedTogetherWithTheOption() throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			FleetOptions options = parse("--fleet.replicas=1", "--fleet.port=" + taken.getLocalPort());
			assertThatExceptionOfType(FleetException.class).isThrownBy(() -> FleetPorts.check(options))
				.withMessageContaining("Port " + taken.getLocalPort() + " is taken")
				.withMessageContaining("--fleet.port=");
		}
	}

	private static void assertRefused(String option, String message) {
		assertThatExceptionOfType(FleetException.class).isThrownBy(() -> parse(option))
			.withMessageStartingWith(message);
	}

	private static FleetOptions parse(String... args) {
		return FleetOptions.parse(args);
	}

}
