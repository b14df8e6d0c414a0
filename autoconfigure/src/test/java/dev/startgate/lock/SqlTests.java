package dev.startgate.lock;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.BadSqlGrammarException;

import static org.assertj.core.api.Assertions.assertThat;

class SqlTests {

	@Test
	void answerIsThatOfTheDatabase() {
		SQLException denied = new SQLException("permission denied for table startgate_lock", "42501");
		assertThat(Sql.answer(new BadSqlGrammarException("extend", "UPDATE startgate_lock", denied)))
			.isEqualTo("permission denied for table startgate_lock");
		assertThat(Sql.answer(new LockFailedException("look", denied))).startsWith("Could not look: permission");
	}

}
