package dev.startgate.actuate;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.StartingReplica;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the log says of a start in which everything is well.
 */
@ExtendWith(OutputCaptureExtension.class)
class LogTests {

	private static final String HOLDER = "has the lock 'public.flyway_schema_history' (generation 1) and does the work";

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void theGoodCaseIsAFewLinesAndTheLastOneTellsWhatTookTheTime(CapturedOutput output) throws Exception {
		start();
		assertThat(ours(output.toString())).hasSizeLessThanOrEqualTo(5).anyMatch((line) -> line.contains(HOLDER));
		assertThat(output).containsPattern("The gate is open after \\d+\\.\\d s: .*everything else \\d");
		int before = output.toString().length();
		start();
		assertThat(output.toString().substring(before).lines().filter((line) -> line.contains("d.s."))).singleElement()
			.asString()
			.contains("The gate is open after");
	}

	private static List<String> ours(String log) {
		return log.lines().filter((line) -> line.contains("] d.s.") || line.contains("] dev.startgate.")).toList();
	}

	private void start() throws Exception {
		try (StartingReplica replica = StartingReplica.of(this.database.properties(),
				"spring.flyway.locations=classpath:db/jpa", "startgate.replica-name=one")) {
			replica.started().get(120, TimeUnit.SECONDS);
		}
	}

}
