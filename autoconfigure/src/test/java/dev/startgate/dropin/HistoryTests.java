package dev.startgate.dropin;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The history has the same rows as in plain Boot.
 */
class HistoryTests {

	private static final String BASELINE = "spring.flyway.baseline-on-migrate=true";

	@Test
	void versionedMigrations() {
		Comparison.sameAsPlainBoot((application) -> application.startTwice().history()).hasSize(2);
	}

	@Test
	void repeatableMigrationsRunAgainWhenTheyChange() {
		Comparison.sameAsPlainBoot((application) -> {
			application.file("sql/R__view.sql", "create or replace view v as select 1 as a").startTwice();
			return application.file("sql/R__view.sql", "create or replace view v as select 1 as a, 2 as b")
				.startTwice()
				.history();
		}).hasSize(4);
	}

	@Test
	void migrationsUpToATargetThatIsRaised() {
		Comparison.sameAsPlainBoot((application) -> {
			List<String> both = new ArrayList<>(application.with("spring.flyway.target=1").startTwice().history());
			assertThat(both).hasSize(1);
			both.addAll(application.with("spring.flyway.target=2").startTwice().history());
			return both;
		}).hasSize(3);
	}

	@Test
	void aBaselineOnASchemaThatIsNotEmpty() {
		Comparison.sameAsPlainBoot((application) -> {
			application.jdbc().execute("create table parcel (id int)");
			return application.with(BASELINE).startTwice().history();
		}).hasSize(2).first().asString().contains("<< Flyway Baseline >>", "version=1", "type=BASELINE");
	}

	@Test
	void aBaselineWithVersionAndDescriptionOfItsOwn() {
		Comparison.sameAsPlainBoot((application) -> {
			application.jdbc().execute("create table parcel (id int)");
			return application
				.with(BASELINE, "spring.flyway.baseline-version=0.5", "spring.flyway.baseline-description=as delivered")
				.file("sql/V1__create_parcel.sql", "create table letter (id int)")
				.startTwice()
				.history();
		}).hasSize(3).first().asString().contains("version=0.5", "as delivered");
	}

	@Test
	void noBaselineOnAnEmptySchema() {
		Comparison.sameAsPlainBoot((application) -> application.with(BASELINE).startTwice().history())
			.hasSize(2)
			.noneMatch((row) -> row.contains("BASELINE"));
	}

	@Test
	void aSchemaThatIsNotEmptyIsRefusedWithoutBaseline() {
		Comparison.sameAsPlainBoot((application) -> {
			application.jdbc().execute("create table parcel (id int)");
			List<String> failures = application.start();
			assertThat(application.tables()).containsExactly("public.parcel of postgres");
			return failures;
		}).last().asString().contains("Found non-empty schema(s)");
	}

	@Test
	void aTableOfAnotherName() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.with("spring.flyway.table=changes").start()).isEmpty();
			assertThat(application.tables()).contains("public.changes of postgres").hasSize(2);
			return application.history("public.changes");
		}).hasSize(2);
	}

	@Test
	void noMigrationsAtAll() {
		Comparison
			.sameAsPlainBoot((application) -> application.without("sql/V1__create_parcel.sql")
				.without("sql/V2__add_weight.sql")
				.startTwice()
				.history())
			.isEmpty();
	}

	@Test
	void anIndexThatIsCreatedConcurrently() {
		Comparison
			.sameAsPlainBoot((application) -> application.with("spring.flyway.postgresql.transactional-lock=false")
				.file("sql/V3__index.sql", "create index concurrently on parcel (id)")
				.startTwice()
				.history())
			.hasSize(3);
	}

}
