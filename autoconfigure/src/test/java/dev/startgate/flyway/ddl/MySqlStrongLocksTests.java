package dev.startgate.flyway.ddl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MySqlStrongLocks}.
 */
class MySqlStrongLocksTests {

	private final MySqlStrongLocks locks = new MySqlStrongLocks();

	@ParameterizedTest
	@ValueSource(strings = { "alter table a add b int", "ALTER ONLINE TABLE `a` add b int", "drop table if exists a",
			"create unique index i on a (b)", "create or replace view v as select 1", "rename table a to b",
			"create trigger t before insert on a for each row set new.b = 1", "truncate table a",
			"alter table a drop partition p", "alter table `repair` add check (b > 0), partition by hash (b)",
			"create table a (b int, foreign key (b) references c (d));", "/*!50001 drop table a */",
			"-- as in the ledger\ncreate trigger t before insert on a for each row begin set new.b = 1; end",
			"/*!50003 create*/ /*!50003 trigger t before insert on a for each row begin set new.b = 1; end */",
			"create definer=`x`@`y` trigger t before insert on a for each row set new.b = 1", "drop index i on a",
			"create vector index i on a (b)", "alter table a add column wait int, add column nowait int",
			"alter table a add nowait int", "alter table a change b nowait int", "alter table a drop column wait" })
	void strong(String sql) {
		assertThat(isStrong(sql)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "update a set b = 'alter table a'", "create table a (b int)", "# drop table a\nselect 1",
			"alter table a wait 3 add b int", "alter table a nowait add b int", "drop table a, b nowait",
			"create index i on a wait 3 (b)", "rename table a nowait to b", "drop user u",
			"create procedure p() begin drop table a; end", "analyze table a", "lock tables a write",
			"optimize table a", "repair table a", "alter table a optimize partition p" })
	void others(String sql) {
		assertThat(isStrong(sql)).isFalse();
	}

	/**
	 * A pause would keep the tables of the script locked.
	 */
	@Test
	void noneWhileTheScriptHasTablesLocked() {
		isStrong("lock tables a write");
		assertThat(isStrong("alter table a add b int")).isFalse();
		isStrong("unlock tables");
		assertThat(isStrong("alter table a add b int")).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "begin", "begin work", "start transaction" })
	void theBeginOfATransactionUnlocksThem(String begin) {
		isStrong("lock tables a write");
		isStrong("begin not atomic set @x = 1; end");
		assertThat(isStrong("alter table a add b int")).isFalse();
		isStrong(begin);
		assertThat(isStrong("alter table a add b int")).isTrue();
	}

	private boolean isStrong(String sql) {
		return this.locks.areTakenBy(sql, this.locks.scan(sql));
	}

}
