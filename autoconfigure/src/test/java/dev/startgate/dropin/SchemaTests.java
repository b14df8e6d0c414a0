package dev.startgate.dropin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schemas and roles are those of plain Boot.
 */
class SchemaTests {

	@Test
	void aSchemaThatDoesNotExistYetIsCreated() {
		Comparison.sameAsPlainBoot((application) -> {
			application.with("spring.flyway.schemas=app").startTwice();
			assertThat(application.history("app.flyway_schema_history")).hasSize(3);
			return application.tables();
		}).containsExactly("app.flyway_schema_history of postgres", "app.parcel of postgres");
	}

	@Test
	void twoSchemasAreCreated() {
		Comparison.sameAsPlainBoot((application) -> {
			application.with("spring.flyway.schemas=app,other")
				.file("sql/V3__other.sql", "create table other.letter (id int)")
				.startTwice();
			return application.tables();
		})
			.containsExactly("app.flyway_schema_history of postgres", "app.parcel of postgres",
					"other.letter of postgres");
	}

	@Test
	void theHistoryIsInTheDefaultSchema() {
		Comparison.sameAsPlainBoot((application) -> {
			application.with("spring.flyway.schemas=app,other", "spring.flyway.default-schema=other").startTwice();
			return application.tables();
		}).contains("other.flyway_schema_history of postgres");
	}

	@Test
	void theDefaultSchemaAloneIsCreated() {
		Comparison.sameAsPlainBoot((application) -> {
			application.with("spring.flyway.default-schema=Mixed Case").startTwice();
			return application.tables();
		}).containsExactly("Mixed Case.flyway_schema_history of postgres", "Mixed Case.parcel of postgres");
	}

	@Test
	void aSchemaThatIsThereIsUsedIfFlywayMayNotCreateSchemas() {
		Comparison.sameAsPlainBoot((application) -> {
			application.jdbc().execute("create schema app");
			application.with("spring.flyway.schemas=app", "spring.flyway.create-schemas=false").startTwice();
			return application.tables();
		}).hasSize(2);
	}

	/**
	 * Flyway's parser takes each of these texts for one statement.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "set role %s", "set\n\trole\n%s", "set role #[owner]; -- who owns; the schema",
			"do $$ begin set role %s; perform 1; end $$" })
	void aRoleIsTakenBeforeAnythingIsCreated(String statement) {
		Comparison.sameAsPlainBoot((application) -> {
			String name = application.jdbc().queryForObject("select current_database()", String.class);
			application.jdbc().execute("create role " + name + "_owner");
			application.jdbc().execute("create role " + name + " login noinherit in role " + name + "_owner");
			application.jdbc().execute("create schema app authorization " + name + "_owner");
			application
				.with("spring.datasource.username=" + name, "spring.flyway.schemas=app",
						"spring.flyway.init-sqls[0]=" + statement.formatted(name + "_owner"),
						"spring.flyway.placeholders.owner=" + name + "_owner", "spring.flyway.placeholder-prefix=#[",
						"spring.flyway.placeholder-suffix=]")
				.startTwice();
			return application.tables().stream().map((table) -> table.replace(name, "me")).toList();
		}).containsExactly("app.flyway_schema_history of me_owner", "app.parcel of me_owner");
	}

}
