package dev.startgate.dropin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.PostgresDatabase;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.FileSystemUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with its own database and its own directory of migrations, which can be
 * started again and again, with Startgate or without.
 */
final class Application implements AutoCloseable {

	private final PostgresDatabase database = PostgresDatabase.create();

	private final Path directory;

	private ApplicationContextRunner runner;

	Application(boolean startgate) {
		try {
			this.directory = Files.createTempDirectory("migrations");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.runner = runner(BootAutoConfigurations.with()).withPropertyValues("startgate.enabled=" + startgate);
		file("sql/V1__create_parcel.sql", "create table parcel (id int)");
		file("sql/V2__add_weight.sql", "alter table parcel add weight int");
	}

	Application file(String name, String content) {
		try {
			Path file = this.directory.resolve(name);
			Files.createDirectories(file.getParent());
			Files.writeString(file, content);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Application without(String name) {
		assertThat(this.directory.resolve(name).toFile().delete()).isTrue();
		return this;
	}

	String location(String name) {
		return "filesystem:" + this.directory.resolve(name);
	}

	Application with(String... properties) {
		this.runner = this.runner.withPropertyValues(properties);
		return this;
	}

	Application with(Class<?>... configurations) {
		this.runner = this.runner.withUserConfiguration(configurations);
		return this;
	}

	Application with(FlywayMigrationStrategy strategy) {
		this.runner = this.runner.withBean(FlywayMigrationStrategy.class, () -> strategy);
		return this;
	}

	/**
	 * Return the URL without a user, because a user in the URL would override every
	 * property.
	 */
	String url() {
		return this.database.url().replaceAll("[?].*", "");
	}

	ApplicationContextRunner runner() {
		return this.runner;
	}

	/**
	 * Return a runner with the same database and directory only.
	 */
	ApplicationContextRunner runner(AutoConfigurations configurations) {
		return new ApplicationContextRunner().withConfiguration(configurations)
			.withPropertyValues(this.database.properties())
			.withPropertyValues("spring.datasource.url=" + url(),
					"spring.flyway.locations=filesystem:" + this.directory.resolve("sql"));
	}

	JdbcTemplate jdbc() {
		return this.database.jdbc();
	}

	/**
	 * Start and stop.
	 * @return the messages of all exceptions if the start failed, the outermost first
	 */
	List<String> start() {
		List<String> failures = new ArrayList<>();
		this.runner.run((context) -> {
			for (Throwable ex = context.getStartupFailure(); ex != null; ex = ex.getCause()) {
				failures.add(ex.getClass().getSimpleName() + ": "
						+ (ex.getMessage() + "").replace(this.directory.toString(), "directory").replace(url(), "url"));
			}
		});
		return failures;
	}

	/**
	 * Start and stop, and expect no failure.
	 */
	Application startWell() {
		assertThat(start()).isEmpty();
		return this;
	}

	Application startTwice() {
		return startWell().startWell();
	}

	/**
	 * Start, look and stop.
	 */
	Application start(ContextConsumer<? super AssertableApplicationContext> look) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			look.accept(context);
		});
		return this;
	}

	List<String> history() {
		return history("public.flyway_schema_history");
	}

	/**
	 * Return the rows of a history without its times.
	 */
	List<String> history(String table) {
		return jdbc()
			.queryForList("select installed_rank, version, description, type, script, checksum, installed_by, success"
					+ " from " + table + " order by installed_rank")
			.stream()
			.map(Map::toString)
			.toList();
	}

	List<String> tables() {
		return jdbc().queryForList("select schemaname || '.' || tablename || ' of ' || tableowner from pg_tables"
				+ " where schemaname not in ('pg_catalog', 'information_schema')"
				+ " and tablename not like 'startgate%' order by schemaname, tablename", String.class);
	}

	/**
	 * Return the generation, which grows whenever a replica gets the lock.
	 */
	long generation() {
		return generation(jdbc());
	}

	static long generation(JdbcTemplate jdbc) {
		return jdbc.queryForObject("select generation from startgate_record where kind = 'fence'", Long.class);
	}

	@Override
	public void close() {
		FileSystemUtils.deleteRecursively(this.directory.toFile());
	}

}
