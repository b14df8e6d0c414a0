package dev.startgate.dropin;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schemas and roles are those of plain Boot.
 */
class SchemaTests {

	@Test
	void aSchemaThatDoesNotExistYetIsCreated() {
		Comparison.sameAsPlainBoot((application) -> {
			startTwice(application.with("spring.flyway.schemas=app"));
			assertThat(application.history("app.flyway_schema_history")).hasSize(3);
			return application.tables();
		}).containsExactly("app.flyway_schema_history of postgres", "app.parcel of postgres");
	}

	@Test
	void twoSchemasAreCreated() {
		Comparison.sameAsPlainBoot((application) -> {
			startTwice(application.with("spring.flyway.schemas=app,other")
				.file("sql/V3__other.sql", "create table other.letter (id int)"));
			return application.tables();
		})
			.containsExactly("app.flyway_schema_history of postgres", "app.parcel of postgres",
					"other.letter of postgres");
	}

	@Test
	void theHistoryIsInTheDefaultSchema() {
		Comparison.sameAsPlainBoot((application) -> {
			startTwice(application.with("spring.flyway.schemas=app,other", "spring.flyway.default-schema=other"));
			return application.tables();
		}).contains("other.flyway_schema_history of postgres");
	}

	@Test
	void theDefaultSchemaAloneIsCreated() {
		Comparison.sameAsPlainBoot((application) -> {
			startTwice(application.with("spring.flyway.default-schema=Mixed Case"));
			return application.tables();
		}).containsExactly("Mixed Case.flyway_schema_history of postgres", "Mixed Case.parcel of postgres");
	}

	@Test
	void aSchemaThatIsThereIsUsedIfFlywayMayNotCreateSchemas() {
		Comparison.sameAsPlainBoot((application) -> {
			application.jdbc().execute("create schema app");
			startTwice(application.with("spring.flyway.schemas=app", "spring.flyway.create-schemas=false"));
			return application.tables();
		}).hasSize(2);
	}

	@Test
	void aSchemaThatIsCreatedByTheApplicationsScriptBelongsToWhomItSays() {
		Comparison.sameAsPlainBoot((application) -> {
			startTwice(application.with("spring.flyway.schemas=app")
				.file("sql/beforeCreateSchema.sql", "create schema if not exists app authorization pg_monitor"));
			return application.jdbc()
				.queryForList("select nspowner::regrole::text from pg_namespace where nspname = 'app'", String.class);
		}).containsExactly("pg_monitor");
	}

	@Test
	void aRoleIsTakenBeforeAnythingIsCreated() {
		Comparison.sameAsPlainBoot((application) -> {
			String name = application.jdbc().queryForObject("select current_database()", String.class);
			application.jdbc().execute("create role " + name + "_owner");
			application.jdbc().execute("create role " + name + " login noinherit in role " + name + "_owner");
			application.jdbc().execute("create schema app authorization " + name + "_owner");
			startTwice(application.with("spring.datasource.username=" + name, "spring.flyway.schemas=app",
					"spring.flyway.init-sqls=set role " + name + "_owner"));
			return application.tables().stream().map((table) -> table.replace(name, "me")).toList();
		}).containsExactly("app.flyway_schema_history of me_owner", "app.parcel of me_owner");
	}

	private static void startTwice(Application application) {
		assertThat(application.start()).isEmpty();
		assertThat(application.start()).isEqualTo(List.of());
	}

}
