package dev.startgate.lock;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StatementVerb}.
 */
class StatementVerbTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			alter role r password 'hush'                      | ALTER ROLE
			`ALTER  USER u\n identified by 'hush'`            | ALTER USER
			create unique index concurrently i on t (c)       | CREATE UNIQUE INDEX
			alter system set x = 'hush'                       | ALTER
			update usr set email = 'hush'                     | UPDATE
			`/* hush */ -- hush\nselect 'hush'`               | SELECT
			hush                                              | a statement
			selecthush                                        | a statement
			/* hush **/ select                                | a statement
			<insufficient privilege>                          | a statement
			``                                                | a statement
			""")
	void onlyWordsThatAreKnownAreShown(String statement, String command) {
		assertThat(StatementVerb.of(statement)).isEqualTo(command);
	}

	@Test
	void whatIsHiddenIsAStatement() {
		assertThat(StatementVerb.of(null)).isEqualTo("a statement");
	}

}
