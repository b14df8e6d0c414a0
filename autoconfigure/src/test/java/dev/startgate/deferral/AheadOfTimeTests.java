package dev.startgate.deferral;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.startgate.StartupGate;
import dev.startgate.autoconfigure.RefusedStartException;
import dev.startgate.autoconfigure.StartgateFlywayAutoConfiguration;
import dev.startgate.lifecycle.GatedLifecycleProcessor;
import dev.startgate.probe.Answer;
import dev.startgate.testing.AnotherTomcat;
import dev.startgate.testing.FreePort;
import dev.startgate.testing.WebModules;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.boot.web.server.servlet.context.AnnotationConfigServletWebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A context that was processed ahead of time, on the JVM.
 */
@Tag("long")
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private static final TestPropertyValues PROPERTIES = TestPropertyValues.of("startgate.defer.include=included",
			"startgate.defer.exempt=exempt", "spring.datasource.url=jdbc:h2:mem:aot;DB_CLOSE_DELAY=-1",
			"spring.flyway.locations=classpath:db/jpa");

	private static final TestPropertyValues WEB_PROPERTIES = TestPropertyValues.of("spring.flyway.locations=",
			"startgate.probe.enabled=true", "management.endpoint.health.show-details=always");

	@Test
	void theGateOpensAndHoldsWhatItHoldsElsewhere() {
		AnnotationConfigApplicationContext processed = new AnnotationConfigApplicationContext();
		processed.register(LifecycleOrderTests.Application.class, SmallApplication.Gate.class, Migrations.class);
		processed(processed, PROPERTIES, (initializer) -> {
			Hold hold = new Hold(3);
			GenericApplicationContext context = new GenericApplicationContext();
			Calls calls = new Calls(() -> hold.isReleased() && context.getBean(StartupGate.class).isOpen());
			context.getBeanFactory().registerSingleton("hold", hold);
			context.getBeanFactory().registerSingleton("calls", calls);
			PROPERTIES.applyTo(context);
			initializer.initialize(context);
			context.refresh();
			assertThat(context.getBean("lifecycleProcessor")).isInstanceOf(GatedLifecycleProcessor.class);
			assertThat(calls.all()).containsExactlyElementsOf(LifecycleOrderTests.GATED);
			assertThat(context.getBean(Flyway.class).info().applied()).isNotEmpty();
			context.close();
		});
	}

	@Test
	void startgateCanNotBeSwitchedOffAtRunTime() {
		AnnotationConfigApplicationContext processed = new AnnotationConfigApplicationContext();
		processed.register(SmallApplication.Gate.class, Migrations.class);
		TestPropertyValues properties = TestPropertyValues.of("spring.datasource.url=jdbc:h2:mem:off",
				"spring.flyway.locations=classpath:db/jpa");
		processed(processed, properties, (initializer) -> {
			GenericApplicationContext context = new GenericApplicationContext();
			properties.and("startgate.enabled=false").applyTo(context);
			initializer.initialize(context);
			assertThatException().isThrownBy(context::refresh)
				.havingRootCause()
				.isInstanceOf(RefusedStartException.class)
				.withMessageContaining("'startgate.enabled=false' has no effect");
		});
	}

	/**
	 * The timing of migrations is decided at run time, so one image answers with both.
	 */
	@Test
	void probesAndRequestsAreAnsweredWhileItMigrates() {
		AnotherTomcat.allowIn(getClass().getClassLoader());
		AnnotationConfigServletWebServerApplicationContext processed = new AnnotationConfigServletWebServerApplicationContext();
		processed.register(Web.class);
		processed(processed, WEB_PROPERTIES, (initializer) -> {
			assertAnswers(initializer, "before-beans", "text/plain");
			assertAnswers(initializer, "after-web-server", "application/problem+json");
		});
	}

	private static void assertAnswers(ApplicationContextInitializer<GenericApplicationContext> initializer,
			String timing, String type) throws Exception {
		int port = FreePort.next();
		CountDownLatch held = new CountDownLatch(1);
		try (ServletWebServerApplicationContext context = new ServletWebServerApplicationContext()) {
			context.getBeanFactory().registerSingleton("held", held);
			WEB_PROPERTIES
				.and("server.port=" + port, "startgate.timing=" + timing,
						"spring.datasource.url=jdbc:h2:mem:" + timing + ";DB_CLOSE_DELAY=-1")
				.applyTo(context);
			initializer.initialize(context);
			CompletableFuture<Void> started = CompletableFuture.runAsync(context::refresh,
					(task) -> new Thread(task, "start").start());
			HeldApplication.eventually()
				.failFast("ended", started::isDone)
				.until(() -> Answer.get(port, "/actuator/health").body().contains("\"state\":\"MIGRATING\""));
			assertThat(Answer.get(port, "/actuator/health/liveness").status()).isEqualTo(200);
			Answer rejected = Answer.get(port, "/parcels");
			assertThat(rejected.status()).isEqualTo(503);
			assertThat(rejected.type()).startsWith(type);
			held.countDown();
			started.get(120, TimeUnit.SECONDS);
			assertThat(Answer.get(port, "/actuator/health").body()).contains("\"state\":\"OPEN\"");
			assertThat(Answer.get(port, "/parcels").status()).isEqualTo(404);
		}
		finally {
			held.countDown();
		}
	}

	@SuppressWarnings("unchecked")
	private static void processed(GenericApplicationContext context, TestPropertyValues properties, Run run) {
		TestGenerationContext generated = new TestGenerationContext();
		context.setClassLoader(new WithoutModulith(AheadOfTimeTests.class.getClassLoader()));
		properties.applyTo(context);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, generated);
		generated.writeGeneratedContent();
		TestCompiler.forSystem()
			.with(generated)
			.compile((compiled) -> assertThatCode(() -> run
				.with(compiled.getInstance(ApplicationContextInitializer.class, initializer.canonicalName())))
				.doesNotThrowAnyException());
	}

	private interface Run {

		void with(ApplicationContextInitializer<GenericApplicationContext> initializer) throws Exception;

	}

	@Configuration(proxyBeanMethods = false)
	@Import(WebModules.class)
	static class Web {

		@Bean
		static V1__Wait_for_the_test waiting(CountDownLatch held) {
			return new V1__Wait_for_the_test(held);
		}

	}

	static class V1__Wait_for_the_test extends BaseJavaMigration {

		private final CountDownLatch held;

		V1__Wait_for_the_test(CountDownLatch held) {
			this.held = held;
		}

		@Override
		public void migrate(Context context) throws InterruptedException {
			this.held.await();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
			StartgateFlywayAutoConfiguration.class })
	static class Migrations {

	}

	/**
	 * Hides Modulith, whose ahead-of-time processing needs an application with a package
	 * that it can look into.
	 */
	private static final class WithoutModulith extends ClassLoader {

		private WithoutModulith(ClassLoader parent) {
			super(parent);
		}

		@Override
		public Enumeration<URL> getResources(String name) throws IOException {
			List<URL> resources = Collections.list(super.getResources(name));
			resources.removeIf((resource) -> resource.getPath().contains("modulith"));
			return Collections.enumeration(resources);
		}

	}

}
