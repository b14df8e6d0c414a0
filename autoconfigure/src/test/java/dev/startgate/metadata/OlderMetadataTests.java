package dev.startgate.metadata;

import java.util.ArrayList;
import java.util.List;

import dev.startgate.MetadataSource;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An old replica that restarts does not put its metadata over that of a newer one.
 */
class OlderMetadataTests {

	private static final String OLD = "classpath:db/jpa";

	private static final String NEW = OLD + ",classpath:db/newer";

	private final PostgresDatabase database = PostgresDatabase.create();

	private final List<String> applied = new ArrayList<>();

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

	private void start(String locations, String version, long order, MetadataSource.Phase phase, String... properties) {
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(this.database.properties())
			.withPropertyValues("spring.flyway.locations=" + locations, "startgate.metadata.poll-interval=10ms")
			.withPropertyValues(properties)
			.withBean("engine", MetadataSource.class,
					() -> new Metadata("engine", version, phase, order, (connection) -> this.applied.add(version)))
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
