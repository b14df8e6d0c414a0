package dev.startgate.lifecycle;

import java.util.List;
import java.util.stream.StreamSupport;

import dev.startgate.StepKind;
import dev.startgate.gate.Gate;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.metrics.buffering.BufferingApplicationStartup;
import org.springframework.boot.context.metrics.buffering.StartupTimeline.TimelineEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.metrics.StartupStep;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StartupSteps}, as Spring Boot's own endpoint shows them.
 */
class StartupStepsTests {

	private final BufferingApplicationStartup startup = new BufferingApplicationStartup(10_000);

	private final PostgresDatabase database = PostgresDatabase.create();

	@Test
	void ourStepsAreChildrenOfWhatCausedThemAndHaveAnEnd() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(TestApplication.class)
			.web(WebApplicationType.NONE)
			.applicationStartup(this.startup)
			.properties(this.database.properties())
			.properties("spring.flyway.locations=classpath:db/jpa")
			.run()) {
			TimelineEvent perform = named("startgate.perform").get(0);
			assertThat(tag(perform, "step")).isEqualTo("perform migrations of 'flyway'");
			assertThat(tag(parent(perform), "beanName")).isEqualTo("flywayInitializer");
			assertThat(named("startgate.look")).isNotEmpty();
			assertThat(named("startgate.migrate")).isNotEmpty().allSatisfy((migrate) -> {
				assertThat(parent(migrate)).isEqualTo(perform);
				assertThat(tag(migrate, "step")).startsWith("migrate V");
				assertThat(migrate.getDuration()).isLessThanOrEqualTo(perform.getDuration());
			});
			int before = events().size();
			context.getBean(Gate.class).begin(StepKind.LOOK, "nothing").close();
			assertThat(events()).as("what happens after the start is no step of it").hasSize(before);
		}
	}

	private List<TimelineEvent> events() {
		return this.startup.getBufferedTimeline().getEvents();
	}

	private List<TimelineEvent> named(String name) {
		return events().stream().filter((event) -> event.getStartupStep().getName().equals(name)).toList();
	}

	private TimelineEvent parent(TimelineEvent event) {
		return events().stream()
			.filter((one) -> Long.valueOf(one.getStartupStep().getId()).equals(event.getStartupStep().getParentId()))
			.findFirst()
			.orElseThrow();
	}

	private static String tag(TimelineEvent event, String key) {
		return StreamSupport.stream(event.getStartupStep().getTags().spliterator(), false)
			.filter((tag) -> tag.getKey().equals(key))
			.map(StartupStep.Tag::getValue)
			.findFirst()
			.orElse("none");
	}

}
