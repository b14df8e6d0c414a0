package dev.startgate.dropin;

import java.util.List;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Complaints of Flyway reach the user as in plain Boot.
 */
@Tag("long")
class ComplaintTests {

	@Test
	void anEditedMigrationIsRefused() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.start()).isEmpty();
			return application.file("sql/V1__create_parcel.sql", "create table parcel (id bigint)").start();
		}).last().asString().startsWith("FlywayValidateException").contains("checksum mismatch");
	}

	@Test
	void anEditedMigrationIsAcceptedWithoutValidation() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.start()).isEmpty();
			return application.with("spring.flyway.validate-on-migrate=false")
				.file("sql/V1__create_parcel.sql", "create table parcel (id bigint)")
				.start();
		}).isEmpty();
	}

	@Test
	void aRenamedMigrationIsRefused() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.start()).isEmpty();
			return application.without("sql/V1__create_parcel.sql")
				.file("sql/V1__create_letter.sql", "create table parcel (id int)")
				.start();
		}).last().asString().startsWith("FlywayValidateException");
	}

	@Test
	void anOutOfOrderMigrationIsRefused() {
		Comparison.sameAsPlainBoot(ComplaintTests::addOutOfOrder).last().asString().contains("not applied");
	}

	@Test
	void anOutOfOrderMigrationIsAppliedIfTheApplicationWantsThat() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(addOutOfOrder(application.with("spring.flyway.out-of-order=true"))).isEmpty();
			return application.history();
		}).hasSize(3);
	}

	@Test
	void aMissingMigrationIsRefused() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.start()).isEmpty();
			return application.without("sql/V1__create_parcel.sql").start();
		}).last().asString().startsWith("FlywayValidateException").contains("not resolved locally");
	}

	@Test
	void aSchemaThatIsAheadIsAccepted() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.start()).isEmpty();
			return application.without("sql/V2__add_weight.sql").start();
		}).isEmpty();
	}

	@Test
	void aSchemaThatIsAheadIsRefusedIfTheApplicationWantsThat() {
		Comparison.sameAsPlainBoot((application) -> {
			assertThat(application.start()).isEmpty();
			return application.with("spring.flyway.ignore-migration-patterns=")
				.without("sql/V2__add_weight.sql")
				.start();
		}).last().asString().startsWith("FlywayValidateException");
	}

	@Test
	void aFailingMigrationFails() {
		Comparison.sameAsPlainBoot((application) -> application.file("sql/V3__fail.sql", "select 1 / 0").start())
			.element(1)
			.asString()
			.contains("V3__fail.sql");
	}

	@Test
	void aMissingLocationIsRefused() {
		Comparison
			.sameAsPlainBoot(
					(application) -> application
						.with("spring.flyway.fail-on-missing-locations=true",
								"spring.flyway.locations=" + application.location("nowhere"))
						.start())
			.last()
			.asString()
			.startsWith("FlywayException");
	}

	@Test
	void aTargetThatDoesNotExistIsRefused() {
		Comparison.sameAsPlainBoot((application) -> application.with("spring.flyway.target=9").start())
			.last()
			.asString()
			.contains("No migration with a target version 9");
	}

	@Test
	void aFileNameThatIsNoMigrationIsRefusedIfTheApplicationWantsThat() {
		Comparison
			.sameAsPlainBoot((application) -> application.with("spring.flyway.validate-migration-naming=true")
				.file("sql/V3_one_underscore.sql", "select 1")
				.start())
			.last()
			.asString()
			.contains("V3_one_underscore");
	}

	private static List<String> addOutOfOrder(Application application) {
		assertThat(application.start()).isEmpty();
		return application.file("sql/V1_5__in_between.sql", "alter table parcel add height int").start();
	}

}
