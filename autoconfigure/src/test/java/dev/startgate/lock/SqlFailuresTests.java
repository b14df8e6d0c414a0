package dev.startgate.lock;

import java.sql.SQLException;
import java.util.List;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.BadSqlGrammarException;

import static org.assertj.core.api.Assertions.assertThat;

class SqlFailuresTests {

	@Test
	void answerIsThatOfTheDatabase() {
		SQLException denied = new SQLException("permission denied for table startgate_lock", "42501");
		assertThat(SqlFailures.answer(new BadSqlGrammarException("extend", "UPDATE startgate_lock", denied)))
			.isEqualTo("permission denied for table startgate_lock");
		assertThat(SqlFailures.answer(new LockFailedException("look", denied)))
			.startsWith("Could not look: permission");
	}

	@Test
	void answerIsWithoutCredentials() {
		SQLException refused = new SQLException("refused: jdbc:postgresql://db/app?user=app&password=hunter2");
		assertThat(SqlFailures.answer(refused)).endsWith("password=***");
		assertThat(new LockFailedException("look", refused)).hasMessageEndingWith("password=***");
		assertThat(new LockTableException("t", LockTableException.Problem.MAY_NOT_USE, "u", List.of(),
				new IllegalStateException("Unable to create it", refused)))
			.hasMessageEndingWith("password=***");
	}

}
