package dev.startgate.sample.neighbours;

import java.util.Arrays;
import java.util.stream.Stream;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Lets an application have one of the neighbours only, besides Startgate, JDBC and
 * Flyway. Applications that name none have them all.
 */
class Modules implements AutoConfigurationImportFilter, EnvironmentAware {

	private static final String[] ALWAYS = { "dev.startgate", "org.springframework.boot.jdbc",
			"org.springframework.boot.flyway", "org.springframework.boot.transaction",
			"org.springframework.boot.autoconfigure" };

	private String[] modules = {};

	static ApplicationContextRunner runner(String module) {
		return new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues("modules=" + module);
	}

	@Override
	public void setEnvironment(Environment environment) {
		this.modules = environment.getProperty("modules", String[].class, this.modules);
	}

	@Override
	public boolean[] match(String[] candidates, AutoConfigurationMetadata metadata) {
		boolean[] matches = new boolean[candidates.length];
		for (int i = 0; i < candidates.length; i++) {
			matches[i] = candidates[i] != null && isWanted(candidates[i]);
		}
		return matches;
	}

	private boolean isWanted(String candidate) {
		return this.modules.length == 0 || Stream.concat(Arrays.stream(ALWAYS), Arrays.stream(this.modules))
			.anyMatch((module) -> candidate.startsWith(module + "."));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
