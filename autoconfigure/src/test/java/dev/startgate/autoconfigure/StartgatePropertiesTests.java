package dev.startgate.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.startgate.StartupGate;
import dev.startgate.testing.FailureAnalyses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Defaults, and values that make no sense.
 */
class StartgatePropertiesTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withInitializer((context) -> this.environment = context.getEnvironment())
		.withConfiguration(AutoConfigurations.of(StartgateAutoConfiguration.class));

	private Environment environment;

	@Test
	void defaultsAreThoseOfTheDocumentation() {
		this.runner.run((context) -> {
			StartgateProperties properties = context.getBean(StartgateProperties.class);
			assertThat(properties.enabled()).isTrue();
			assertThat(properties.tables().prefix()).isEqualTo("startgate_");
			assertThat(properties.tables().create()).isTrue();
			assertThat(properties.lock().lease()).isEqualTo(Duration.ofSeconds(20));
			assertThat(properties.lock().maxWait()).isNull();
			assertThat(properties.database().maxWait()).isEqualTo(Duration.ofSeconds(60));
			assertThat(properties.metadata().timeout()).isEqualTo(Duration.ofMinutes(2));
			assertThat(properties.metadata().pollInterval()).isEqualTo(Duration.ofMillis(250));
			assertThat(properties.metadata().stableFor()).isZero();
		});
	}

	/**
	 * The code has these defaults twice: as text, for applications that set a part of a
	 * group, and as what the text means, for all others.
	 */
	@ParameterizedTest
	@MethodSource("groups")
	void defaultsOfAGroupAreThoseThatItsTextMeans(RecordComponent group) {
		Object converted = new Binder(new MapConfigurationPropertySource(Map.of())).bindOrCreate("group",
				group.getType());
		this.runner.run((context) -> assertThat(context.getBean(StartgateProperties.class)).extracting(group.getName())
			.isEqualTo(converted));
	}

	static Stream<RecordComponent> groups() {
		return Stream.of(StartgateProperties.class.getRecordComponents())
			.filter((component) -> component.getType().isRecord());
	}

	@ParameterizedTest
	@CsvSource({ "startgate.lock.lease,1s,3s or more", "startgate.lock.max-wait,-1s,0s or more",
			"startgate.database.max-wait,-1s,0s or more", "startgate.metadata.poll-interval,1ms,10ms or more",
			"startgate.metadata.stable-for,-1s,0s or more",
			"startgate.metadata.timeout,0s,longer than startgate.metadata.stable-for",
			"startgate.metadata.answer-timeout,1ms,10ms or more", "startgate.metadata.watch-interval,1ms,100ms or more",
			"startgate.metadata.max-schema-version,V2,the version of a migration",
			"startgate.metadata.max-schema-version,latest,the version of a migration",
			"startgate.repeatable.build-number,-1,a number that is not negative",
			"startgate.tables.prefix,a-b,at most 41 letters", "startgate.tables.schema,'',the name of a schema",
			"startgate.web.exempt-paths,engine/**,a pattern that begins with '/'",
			"startgate.web.exempt-paths,/engine/{id,a pattern that Spring can parse" })
	void valueThatMakesNoSenseIsNamedWithWhatToType(String property, String value, String expected) {
		this.runner.withPropertyValues(property + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("The value '" + value + "' of '" + property + "' ");
			assertThat(analysis.getAction()).contains(property).contains(expected);
		});
	}

	@Test
	void nameOfAReplicaFitsIntoTheTables() {
		this.runner.withPropertyValues("startgate.replica-name=" + "r".repeat(201))
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getAction())
				.isEqualTo("Set 'startgate.replica-name' to a name of at most 200 characters."));
		this.runner.withPropertyValues("startgate.replica-name=" + "r".repeat(200))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void elementOfAListIsNamedWithWhereItIsSet() {
		this.runner.withPropertyValues("startgate.web.exempt-paths[0]=/a/**", "startgate.web.exempt-paths[1]=/{b")
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.startsWith("The value '/{b' of 'startgate.web.exempt-paths' makes no sense. It comes from ")
				.contains("exempt-paths[1]"));
	}

	@Test
	void highestVersionThatNobodyWatchesForIsRefused() {
		this.runner.withPropertyValues("startgate.metadata.max-schema-version=2").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis.getDescription())
				.startsWith("The value '2' of 'startgate.metadata.max-schema-version' makes no sense.");
			assertThat(analysis.getAction()).isEqualTo("Set 'startgate.metadata.max-schema-version' to a version only"
					+ " together with 'startgate.metadata.watch-schema=true', or remove it.");
		});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void howInitializersRunIsOneOfTwoWords(CapturedOutput output) {
		SpringApplicationBuilder application = new SpringApplicationBuilder(StartgateAutoConfiguration.class)
			.web(WebApplicationType.NONE)
			.properties("startgate.initializers=sometimes");
		assertThatException().isThrownBy(application::run);
		assertThat(output.toString()).contains("APPLICATION FAILED TO START", "Property: startgate.initializers",
				"Value: \"sometimes\"", "    ONE_AT_A_TIME", "    OFF");
	}

	@ParameterizedTest
	@CsvSource({ "http[0],url=http://a,name", "http[0],name=a,url", "http[0],name=a;url=ftp://a,url",
			"http[0],name=a;url=http://a;expect-status=20,expect-status",
			"http[0],name=a;url=http://a;timeout=0s,timeout", "http[0],name=a;url=http://a;stable-for=2m,stable-for",
			"sql[0],query=select 1,name", "sql[0],name=a,query",
			"sql[0],name=a;query=select 1;stable-for=-1s,stable-for" })
	void conditionThatMakesNoSenseIsNamed(String condition, String values, String culprit) {
		String prefix = "startgate.metadata." + condition + ".";
		this.runner.withPropertyValues(Stream.of(values.split(";")).map(prefix::concat).toArray(String[]::new))
			.run((context) -> {
				assertThat(context).hasFailed();
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getAction()).contains("'" + prefix + culprit + "'");
			});
	}

	/**
	 * Spring Boot takes a bare number for milliseconds.
	 */
	@ParameterizedTest
	@MethodSource("durations")
	void durationWithoutAUnitIsRefused(String property) {
		for (String value : List.of("20", "${twenty:20}")) {
			this.runner.withPropertyValues(property + "=" + value).run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis).isNotNull();
				assertThat(analysis.getDescription())
					.startsWith("The value '20' of '" + property + "' makes no sense. It comes from ");
				assertThat(analysis.getAction())
					.isEqualTo("Set '" + property + "' to a number with its unit, such as '20s' or '20ms'.");
			});
		}
	}

	/**
	 * Spring Boot takes an empty value for none, and so for the default, or for an empty
	 * list.
	 */
	@ParameterizedTest
	@CsvSource({ "startgate.mode, migrate-and-exit", "startgate.on-failure, stay-down",
			"startgate.lock.takeover, terminate", "startgate.preconditions.locations, classpath:",
			"startgate.data-migrations.preconditions, classpath:" })
	void aChoiceThatIsEmptyIsRefused(String property, String choice) {
		this.runner.withPropertyValues(property + "=").run((context) -> {
			FailureAnalysis analysis = analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("The value '' of '" + property + "' makes no sense");
			assertThat(analysis.getAction()).contains(choice);
		});
	}

	static Stream<String> durations() {
		return durations("startgate", StartgateProperties.class);
	}

	private static Stream<String> durations(String prefix, Class<?> group) {
		return Stream.of(group.getRecordComponents()).flatMap((component) -> {
			String name = prefix + "." + DataObjectPropertyName.toDashedForm(component.getName());
			ResolvableType type = ResolvableType.forType(component.getGenericType());
			Class<?> element = type.asCollection().resolveGeneric();
			if (element != null && element.isRecord()) {
				return durations(name + "[0]", element);
			}
			return component.getType().isRecord() ? durations(name, component.getType())
					: Stream.of(name).filter((property) -> component.getType() == Duration.class);
		});
	}

	@Test
	void allDurationsAreFound() {
		assertThat(durations()).contains("startgate.lock.lease", "startgate.exit.timeout",
				"startgate.metadata.sql[0].stable-for");
	}

	@Test
	void noTimeNeedsNoUnit() {
		this.runner.withPropertyValues("startgate.lock.max-wait=0", "startgate.metadata.stable-for=0")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void durationsOfOthersAreLeftToSpringBoot() {
		this.runner.withPropertyValues("other.time=20")
			.withUserConfiguration(OthersConfiguration.class)
			.run((context) -> assertThat(context.getBean(Others.class).time()).isEqualTo(Duration.ofMillis(20)));
	}

	@EnableConfigurationProperties(Others.class)
	static class OthersConfiguration {

	}

	@ConfigurationProperties("other")
	record Others(Duration time) {

	}

	@Test
	void valueThatIsNoDurationIsNamedByBoot() {
		this.runner.withPropertyValues("startgate.lock.lease=soon")
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining("soon"));
	}

	@Test
	void wordThatIsNoneOfThoseToChooseFromIsNamedByBoot() {
		this.runner.withPropertyValues("startgate.probe.endpoints=everywhere").run((context) -> {
			assertThat(context).getFailure().hasStackTraceContaining("'startgate.probe.endpoints'");
			assertThat(context).getFailure().rootCause().hasMessageContaining("EarlyEndpoints.everywhere");
		});
	}

	@Test
	void replicaIsNamedByPropertyOrHostName() {
		this.runner.withPropertyValues("startgate.replica-name=blue-1", "HOSTNAME=pod-7")
			.run((context) -> assertThat(context.getBean(StartupGate.class).snapshot().replica()).isEqualTo("blue-1"));
		this.runner.withPropertyValues("HOSTNAME=pod-7")
			.run((context) -> assertThat(context.getBean(StartupGate.class).snapshot().replica()).isEqualTo("pod-7"));
	}

	private FailureAnalysis analyze(Throwable failure) {
		return FailureAnalyses.of(failure, this.environment);
	}

}
