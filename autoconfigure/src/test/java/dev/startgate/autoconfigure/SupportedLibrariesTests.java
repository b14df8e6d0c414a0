package dev.startgate.autoconfigure;

import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import dev.startgate.testing.FailureAnalyses;
import dev.startgate.testing.PostgresDatabase;
import dev.startgate.testing.TestApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.catchThrowable;

class SupportedLibrariesTests {

	private static final ClassLoader OLD_SHEDLOCK = new FilteredClassLoader("net.javacrumbs.shedlock.provider.sql");

	@ParameterizedTest
	@ValueSource(strings = { "2.7.18", "3.5.7" })
	void anOlderSpringBootIsNamed(String version) {
		FailureAnalysis analysis = FailureAnalyses
			.of(catchThrowable(() -> SupportedLibraries.check(version, getClass().getClassLoader())));
		assertThat(analysis.getDescription())
			.isEqualTo("Startgate can't run with Spring Boot " + version + ": it needs 4.0 or later.");
		assertThat(analysis.getAction()).startsWith("Update Spring Boot in the build");
	}

	@ParameterizedTest
	@ValueSource(strings = { "4.0.0", "4.2.0-M1", "10.0.0" })
	void aLaterOneIsNot(String version) {
		assertThatCode(() -> SupportedLibraries.check(version, getClass().getClassLoader())).doesNotThrowAnyException();
	}

	@Test
	void anOlderShedLockEndsTheStartUnlessStartgateIsSwitchedOff() {
		Throwable failure = catchThrowable(SupportedLibrariesTests::start);
		assertThat(FailureAnalyses.of(failure).getDescription())
			.isEqualTo("Startgate can't run with this ShedLock: it needs 7.0 or later.");
		assertThatCode(() -> start("--startgate.enabled=false")).doesNotThrowAnyException();
	}

	@Test
	void anOlderCoreBesideANewerProviderIsNamed() {
		FailureAnalysis analysis = FailureAnalyses
			.of(catchThrowable(() -> SupportedLibraries.check(null, new WithOldShedLockCore())));
		assertThat(analysis.getDescription())
			.isEqualTo("Startgate can't run with this 'shedlock-core': it needs 7.0 or later.");
		assertThat(analysis.getAction()).startsWith("Update 'shedlock-core' in the build");
	}

	@Test
	void noShedLockIsNoOldOne() {
		assertThatCode(() -> SupportedLibraries.check(null, new FilteredClassLoader("net.javacrumbs.shedlock")))
			.doesNotThrowAnyException();
	}

	/**
	 * With such a value no auto-configuration would apply, not even the guard of the
	 * mode.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "on", "0", "true ", "banana", "" })
	@ExtendWith(OutputCaptureExtension.class)
	void aSwitchThatIsNeitherOnNorOffFailsTheStartBeforeAnythingIsMigrated(String value, CapturedOutput output) {
		PostgresDatabase database = PostgresDatabase.create();
		SpringApplicationBuilder application = new SpringApplicationBuilder(TestApplication.class)
			.web(WebApplicationType.NONE)
			.properties(database.properties())
			.properties("spring.flyway.locations=classpath:db/slow", "startgate.mode=wait",
					"startgate.lock.max-wait=0s");
		assertThatException().isThrownBy(() -> application.run("--startgate.enabled=" + value).close());
		assertThat(output).contains("APPLICATION FAILED TO START",
				"The value '" + value + "' of 'startgate.enabled' makes no sense. It comes from \"startgate.enabled\"",
				"Set 'startgate.enabled' to 'true' or 'false'.");
		assertThat(database.jdbc().queryForList("select 1 from pg_tables where schemaname = 'public'")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "FALSE", "True" })
	void theCaseOfASwitchDoesNotMatter(String value) {
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues(PostgresDatabase.create().properties())
			.withPropertyValues("startgate.enabled=" + value)
			.run((context) -> assertThat(context.getBean(StartupGate.class).isOpen()).isTrue());
	}

	private static void start(String... arguments) {
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(OLD_SHEDLOCK);
		try {
			SpringApplication application = new SpringApplication(Empty.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			application.run(arguments).close();
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	/**
	 * Has an annotation that ShedLock 7 has removed.
	 */
	static final class WithOldShedLockCore extends ClassLoader {

		WithOldShedLockCore() {
			super(SupportedLibrariesTests.class.getClassLoader());
			ClassWriter annotation = new ClassWriter(0);
			annotation.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_INTERFACE | Opcodes.ACC_ABSTRACT,
					"net/javacrumbs/shedlock/support/annotation/NonNull", null, "java/lang/Object", null);
			byte[] bytes = annotation.toByteArray();
			defineClass(null, bytes, 0, bytes.length);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Empty {

	}

}
