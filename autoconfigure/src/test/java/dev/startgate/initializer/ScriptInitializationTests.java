package dev.startgate.initializer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.sql.DataSource;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.jdbc.init.DataSourceScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Which scripts drop data.
 */
class ScriptInitializationTests {

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "drop table point", "DROP\nTABLE point", "\n  truncate table point",
			"create table point (id int);drop table parcel", "create table point (id int); /* so */ drop table parcel",
			"-- old; new\ndrop table point", "# of MySQL\n\n-- and more\n/* in\nlines */\ndrop table point" })
	void dropsData(String script) throws IOException {
		assertThat(isDestructive(script)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "create table if not exists point (id int)", "create table point (id int,\n  drop boolean);",
					"-- drop table point\ncreate table if not exists point (id int)",
					"/*\ndrop table point;\n*/ create table if not exists point (id int)", "dropped", "" })
	void keepsData(String script) throws IOException {
		assertThat(isDestructive(script)).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "'create table a (id int) @@ drop table b @@', @@, true",
			"'create table a (id int)\ndrop table b', ;, true", "'create table a (id int)\ndrop table b', @@, true",
			"'create table a (id int,\n  b int) @@', @@, false", "'alter table a\ndrop column b;', ;, false",
			"'alter table a\ndrop column b', ^^^ END OF SCRIPT ^^^, false" })
	void separatorsAreThoseOfTheInitializer(String script, String separator, boolean drops) throws IOException {
		assertThat(isDestructive(script, separator)).isEqualTo(drops);
	}

	private boolean isDestructive(String script) throws IOException {
		return isDestructive(script, ";");
	}

	private boolean isDestructive(String script, String separator) throws IOException {
		Path file = Files.writeString(this.directory.resolve("schema.sql"), script);
		DatabaseInitializationSettings settings = new DatabaseInitializationSettings();
		settings.setSeparator(separator);
		settings.setMode(DatabaseInitializationMode.ALWAYS);
		settings.setSchemaLocations(List.of(file.toUri().toString()));
		return ScriptInitialization.of(new DataSourceScriptDatabaseInitializer(mock(DataSource.class), settings))
			.orElseThrow()
			.destructive();
	}

}
