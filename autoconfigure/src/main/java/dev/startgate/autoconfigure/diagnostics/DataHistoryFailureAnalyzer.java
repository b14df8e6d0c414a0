package dev.startgate.autoconfigure.diagnostics;

import dev.startgate.flyway.DataHistoryException;

import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Analyzes data migrations that have no history of their own.
 */
class DataHistoryFailureAnalyzer extends StartgateAnalyzer<DataHistoryException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DataHistoryException cause) {
		return new FailureAnalysis(cause.getMessage() + ".", action(cause), cause);
	}

	private static String action(DataHistoryException cause) {
		return switch (cause.getProblem()) {
			case SAME_TABLE -> "Set 'startgate.data-migrations.table' to another name.";
			case SAME_FOLDER ->
				"Let 'startgate.data-migrations.locations', which is '%s', and 'spring.flyway.locations', which is '%s', "
					.formatted(cause.getValues().get(0), cause.getValues().get(1))
						+ "name folders of which none is inside the other.";
			case GIVEN_TO_SCHEMA ->
				"Let its @Bean method return that type, or annotate the method with @DataMigration.";
			case SEVERAL_FLYWAYS -> "Mark one of these beans with @Primary.";
		};
	}

}
