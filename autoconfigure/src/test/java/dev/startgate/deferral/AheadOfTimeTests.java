package dev.startgate.deferral;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import dev.startgate.StartupGate;
import dev.startgate.autoconfigure.StartgateFlywayAutoConfiguration;
import dev.startgate.lifecycle.GatedLifecycleProcessor;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A context that was processed ahead of time, on the JVM.
 */
@CompileWithForkedClassLoader
class AheadOfTimeTests {

	private static final TestPropertyValues PROPERTIES = TestPropertyValues.of("startgate.defer.include=included",
			"startgate.defer.exempt=exempt", "spring.datasource.url=jdbc:h2:mem:aot;DB_CLOSE_DELAY=-1",
			"spring.flyway.locations=classpath:db/jpa");

	@Test
	@SuppressWarnings("unchecked")
	void theGateOpensAndHoldsWhatItHoldsElsewhere() {
		TestGenerationContext generated = new TestGenerationContext();
		AnnotationConfigApplicationContext processed = new AnnotationConfigApplicationContext();
		processed.setClassLoader(new WithoutModulith(getClass().getClassLoader()));
		processed.register(LifecycleOrderTests.Application.class, SmallApplication.Gate.class, Migrations.class);
		PROPERTIES.applyTo(processed);
		ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(processed, generated);
		generated.writeGeneratedContent();
		TestCompiler.forSystem().with(generated).compile((compiled) -> {
			Hold hold = new Hold(3);
			GenericApplicationContext context = new GenericApplicationContext();
			Calls calls = new Calls(() -> hold.isReleased() && context.getBean(StartupGate.class).isOpen());
			context.getBeanFactory().registerSingleton("hold", hold);
			context.getBeanFactory().registerSingleton("calls", calls);
			PROPERTIES.applyTo(context);
			compiled.getInstance(ApplicationContextInitializer.class, initializer.canonicalName()).initialize(context);
			context.refresh();
			assertThat(context.getBean("lifecycleProcessor")).isInstanceOf(GatedLifecycleProcessor.class);
			assertThat(calls.all()).containsExactlyElementsOf(LifecycleOrderTests.GATED);
			assertThat(context.getBean(Flyway.class).info().applied()).isNotEmpty();
			context.close();
		});
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class,
			StartgateFlywayAutoConfiguration.class })
	static class Migrations {

	}

	/**
	 * What Modulith does ahead of time needs an application whose package it can look
	 * into.
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
