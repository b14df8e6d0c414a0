package dev.startgate.actuate;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Secrets}.
 */
class SecretsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`',
			textBlock = """
					jdbc:postgresql://db/app?user=app&password=hush&ssl=true | jdbc:postgresql://db/app?user=app&password=***&ssl=true
					jdbc:sqlserver://db;user=a;password=hush;x=1              | jdbc:sqlserver://db;user=a;password=***;x=1
					redis://app:hush@cache:6379/0                             | redis://app:***@cache:6379/0
					Detail: Key (email)=(ann@example.org) already exists.     | Detail: Key (email)=(***) already exists.
					Detail: Failing row contains (1, Ann (hush), null).       | Detail: Failing row contains (***).
					Migration V2 'add weight' failed                          | Migration V2 'add weight' failed
					""")
	void nothingSecretIsTold(String message, String told) {
		assertThat(Secrets.hide(message)).isEqualTo(told);
	}

}
