package dev.startgate.flyway;

import java.util.function.Supplier;

import dev.startgate.ChunkedMigration;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Rows changed in chunks on a real database.
 */
class ChunkedMigrationTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final JdbcTemplate jdbc = this.database.jdbc();

	@Test
	void changesEveryRowOnceInCommittedChunks() {
		rows(2500);
		migrate(new V2__Backfill());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
		assertThat(transactions()).isEqualTo(3);
		assertThat(this.database.history()).containsExactly("1", "2");
	}

	@Test
	void goesOnWhereItWasInterrupted() {
		assertThatItIsDoneAfterAFailure(V2__Backfill::new, 1000);
	}

	@Test
	void aStatementWithoutAChunkIsRefused() {
		rows(1);
		assertThatException().isThrownBy(() -> migrate(new V2__WithoutChunk()))
			.havingRootCause()
			.withMessageContaining(":chunk");
	}

	@Test
	void whereNobodyRecordsARangeAllOfThemAreOneTransaction() {
		assertThatItIsDoneAfterAFailure(V2__Keys::new, 0);
	}

	private void assertThatItIsDoneAfterAFailure(Supplier<JavaMigration> migration, int committed) {
		rows(2500);
		this.jdbc.execute("alter table parcel add constraint stop check (id < 1500 or changes = 0)");
		assertThatException().isThrownBy(() -> migrate(migration.get()));
		assertThat(this.jdbc.queryForObject("select count(*) from parcel where changes = 1", Long.class))
			.as("what was committed before")
			.isEqualTo(committed);
		this.jdbc.execute("alter table parcel drop constraint stop");
		flyway(migration.get()).repair();
		migrate(migration.get());
		assertThat(this.jdbc.queryForList("select distinct changes from parcel", Integer.class)).containsExactly(1);
	}

	private void rows(int count) {
		this.jdbc.execute("create table parcel (id int primary key, changes int not null default 0)");
		this.jdbc.update("insert into parcel select generate_series(1, ?)", count);
	}

	private int transactions() {
		return this.jdbc.queryForList("select distinct xmin::text from parcel", String.class).size();
	}

	private void migrate(JavaMigration migration) {
		flyway(migration).migrate();
	}

	private Flyway flyway(JavaMigration migration) {
		return Flyway.configure()
			.dataSource(this.database.url(), "postgres", null)
			.locations(new String[0])
			.javaMigrations(migration)
			.baselineOnMigrate(true)
			.load();
	}

	private static class V2__Backfill extends ChunkedMigration {

		@Override
		protected String statement() {
			return "update parcel set changes = changes + 1"
					+ " where id in (select id from parcel where changes = 0 order by id limit :chunk)";
		}

	}

	private static final class V2__Keys extends ChunkedMigration {

		@Override
		protected String statement() {
			return "update parcel set changes = changes + 1 -- :to be sure\n"
					+ "where ':from' <> '' and id::int < :to and id >= :from and (id >= :from)";
		}

		@Override
		protected String keys() {
			return "select min(id), max(id) from parcel";
		}

	}

	private static final class V2__WithoutChunk extends V2__Backfill {

		@Override
		protected String statement() {
			return "update parcel set changes = 1";
		}

	}

}
