package dev.startgate.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import dev.startgate.MetadataSource;
import dev.startgate.coordination.AppliedVersions;
import dev.startgate.coordination.LockFactory;
import dev.startgate.coordination.ProtectedSchema;
import dev.startgate.coordination.Work;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.Metadata;
import dev.startgate.testing.PostgresDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

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

	private MetadataLocation location(boolean applyOlder, MetadataLocation parent) {
		LockFactory locks = mock(LockFactory.class);
		AppliedVersions versions = mock(AppliedVersions.class);
		given(locks.appliedVersions(this.target)).willReturn(versions);
		given(versions.read()).willReturn(Optional.of(Map.of("engine", "new")));
		return new MetadataLocation(locks, null, null, applyOlder, List::of, parent);
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
