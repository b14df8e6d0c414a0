package dev.startgate.testing;

import java.util.List;

import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.AssertProvider;
import org.assertj.core.api.Assertions;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * A start that failed.
 *
 * @param analysis what is logged about it
 */
public record FailedStart(String analysis) implements AssertProvider<AbstractStringAssert<?>> {

	private static final String TITLE = "APPLICATION FAILED TO START";

	/**
	 * Start a replica, which must fail and log its failure analysis once.
	 * @param database its database
	 * @param output its log
	 * @param properties its properties
	 */
	public static FailedStart of(PostgresDatabase database, CapturedOutput output, String... properties) {
		return of(output,
				() -> Assertions.assertThatException().isThrownBy(() -> TestApplication.start(database, properties)));
	}

	/**
	 * Wait for a start that fails and logs its failure analysis once.
	 * @param output its log
	 * @param start runs the start, and returns when it has failed
	 */
	public static FailedStart of(CapturedOutput output, Runnable start) {
		int before = output.getAll().length();
		start.run();
		String log = output.getAll().substring(before);
		Assertions.assertThat(log).containsOnlyOnce(TITLE);
		return new FailedStart(log.substring(log.indexOf(TITLE)));
	}

	/**
	 * Execute the statements in the analysis, as a user with all rights.
	 * @param jdbc where the statements are executed
	 * @return how many rows each of them changed
	 */
	public List<Integer> type(JdbcTemplate jdbc) {
		List<String> statements = this.analysis.lines()
			.filter((line) -> line.matches(" {4}(create|grant|update|delete) .*;"))
			.toList();
		Assertions.assertThat(statements).isNotEmpty();
		return statements.stream().map(jdbc::update).toList();
	}

	@Override
	public AbstractStringAssert<?> assertThat() {
		return Assertions.assertThat(this.analysis);
	}

}
