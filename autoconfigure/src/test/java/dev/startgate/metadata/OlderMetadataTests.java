package dev.startgate.metadata;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import javax.sql.DataSource;

import dev.startgate.MetadataSource;
import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.Work;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * An old replica that restarts does not put its metadata over that of a newer one.
 */
class OlderMetadataTests {

	private static final String OLD = "classpath:db/jpa";

	private static final String NEW = OLD + ",classpath:db/newer";

	private static final MetadataSource OF_OLD = new Metadata("engine", "old", MetadataSource.Phase.AFTER_MIGRATIONS);

	private final ProtectedSchema target = new ProtectedSchema(null, null, null, "history", () -> {
	});

	private final PostgresDatabase database = PostgresDatabase.create();

	private final List<String> applied = new ArrayList<>();

	@TempDir
	private Path directory;

	@BeforeEach
	void write() throws IOException {
		Files.writeString(Files.createDirectory(this.directory.resolve("old")).resolve("V1__one.sql"), "select 1");
		Files.writeString(Files.createDirectory(this.directory.resolve("new")).resolve("V2__two.sql"), "select 2");
	}

	@ParameterizedTest
	@CsvSource({ "BEFORE_MIGRATIONS, before-beans", "AFTER_MIGRATIONS, before-beans",
			"BEFORE_MIGRATIONS, after-web-server", "AFTER_MIGRATIONS, after-web-server" })
	void olderMetadataIsNotAppliedToANewerSchemaUnlessAskedTo(MetadataSource.Phase phase, String timing) {
		String when = "startgate.timing=" + timing;
		start(OLD, "old", 0, phase, when);
		start(NEW, "new", 0, phase, when);
		start(OLD, "old", 0, phase, when);
		assertThat(this.applied).containsExactly("old", "new");
		start(NEW, "new", 0, phase, when);
		assertThat(this.applied).containsExactly("old", "new");
		start(OLD, "old", 0, phase, when, "startgate.metadata.apply-older=true");
		assertThat(this.applied).containsExactly("old", "new", "old");
	}

	@ParameterizedTest
	@ValueSource(strings = { "before-beans", "after-web-server" })
	void theHistoryOfAnotherFlywayTellsToo(String timing) {
		for (String release : List.of("old", "new", "old")) {
			runner(OLD, release, 0, MetadataSource.Phase.AFTER_MIGRATIONS).withUserConfiguration(TwoFlyways.class)
				.withPropertyValues("other=" + locations(release), "startgate.timing=" + timing)
				.run((context) -> assertThat(context).hasNotFailed());
		}
		assertThat(this.applied).containsExactly("old", "new");
	}

	@ParameterizedTest
	@CsvSource({ "BEFORE_MIGRATIONS, before-beans", "AFTER_MIGRATIONS, before-beans",
			"BEFORE_MIGRATIONS, after-web-server", "AFTER_MIGRATIONS, after-web-server" })
	void theHistoryOfDataMigrationsTellsToo(MetadataSource.Phase phase, String timing) {
		for (String release : List.of("old", "new", "old")) {
			start(OLD, release, 0, phase, "startgate.data-migrations.locations=" + locations(release),
					"startgate.timing=" + timing);
		}
		assertThat(this.applied).containsExactly("old", "new");
	}

	@ParameterizedTest
	@EnumSource
	void olderMetadataIsNotAppliedByTheOrderThatTheApplicationSays(MetadataSource.Phase phase) {
		start(OLD, "first", 1, phase);
		start(OLD, "second", 2, phase);
		start(OLD, "first", 1, phase);
		start(OLD, "unordered", 0, phase);
		assertThat(this.applied).containsExactly("first", "second");
		start(OLD, "fixed", 2, phase);
		start(OLD, "first", 1, phase, "startgate.metadata.apply-older=true");
		assertThat(this.applied).containsExactly("first", "second", "fixed", "first");
	}

	/**
	 * The child has its work before anybody looks at its own migrations.
	 */
	@Test
	void aChildThatMigratesAsksItsOwnHistory() {
		MetadataLocation child = location(false, location(false, null));
		Work work = child.after(List.of(OF_OLD), this.target);
		assertThat(work.pending()).isNotEmpty();
		child.of(this.target, () -> true);
		assertThat(work.pending()).isEmpty();
	}

	@Test
	void aChildThatDoesNotMigrateAsksTheHistoryOfItsParent() {
		MetadataLocation parent = location(false, null);
		parent.of(this.target, () -> true);
		assertThat(location(false, parent).after(List.of(OF_OLD), this.target).pending()).isEmpty();
		assertThat(location(true, parent).after(List.of(OF_OLD), this.target).pending()).isNotEmpty();
	}

	@Test
	void aChildThatMigratesAsksTheHistoryOfItsParentToo() {
		MetadataLocation parent = location(false, null);
		parent.of(this.target, () -> true);
		MetadataLocation child = location(false, parent);
		child.of(this.target, () -> false);
		assertThat(child.after(List.of(OF_OLD), this.target).pending()).isEmpty();
	}

	private MetadataLocation location(boolean applyOlder, MetadataLocation parent) {
		LockFactory locks = mock(LockFactory.class);
		AppliedVersions versions = mock(AppliedVersions.class);
		given(locks.appliedVersions(this.target)).willReturn(versions);
		given(versions.read()).willReturn(Optional.of(Map.of("engine", "new")));
		return new MetadataLocation(locks, null, null, applyOlder, List::of, parent);
	}

	private String locations(String release) {
		String old = "filesystem:" + this.directory.resolve("old");
		return release.equals("old") ? old : old + ",filesystem:" + this.directory.resolve(release);
	}

	private void start(String locations, String version, long order, MetadataSource.Phase phase, String... properties) {
		runner(locations, version, order, phase).withPropertyValues(properties)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	private ApplicationContextRunner runner(String locations, String version, long order, MetadataSource.Phase phase) {
		return new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties())
			.withPropertyValues("spring.flyway.locations=" + locations, "startgate.metadata.poll-interval=10ms")
			.withBean("engine", MetadataSource.class,
					() -> new Metadata("engine", version, phase, order, (connection) -> this.applied.add(version)));
	}

	@Configuration(proxyBeanMethods = false)
	static class TwoFlyways {

		@Bean(initMethod = "migrate")
		Flyway flyway(DataSource dataSource) {
			return Flyway.configure().dataSource(dataSource).locations(OLD).load();
		}

		@Bean(initMethod = "migrate")
		Flyway other(DataSource dataSource, Environment environment) {
			return Flyway.configure()
				.dataSource(dataSource)
				.baselineOnMigrate(true)
				.baselineVersion("0")
				.table("other")
				.locations(environment.getProperty("other", String[].class))
				.load();
		}

	}

}
