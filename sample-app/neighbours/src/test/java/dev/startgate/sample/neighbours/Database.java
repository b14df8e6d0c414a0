package dev.startgate.sample.neighbours;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.UUID;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * An empty database of its own for a test.
 */
final class Database {

	private static final EmbeddedPostgres SERVER = start();

	private final String name = "test_" + UUID.randomUUID().toString().replace('-', '_');

	Database() {
		new JdbcTemplate(SERVER.getPostgresDatabase()).execute("create database " + this.name);
	}

	private static EmbeddedPostgres start() {
		try {
			return EmbeddedPostgres.builder().setPGStartupWait(Duration.ofMinutes(2)).start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String url() {
		return "jdbc:postgresql://localhost:" + SERVER.getPort() + "/" + this.name;
	}

	String[] properties() {
		return new String[] { "spring.datasource.url=" + url(), "spring.datasource.username=postgres" };
	}

	HikariDataSource pool() {
		return DataSourceBuilder.create().type(HikariDataSource.class).url(url()).username("postgres").build();
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(new DriverManagerDataSource(url(), "postgres", ""));
	}

}
