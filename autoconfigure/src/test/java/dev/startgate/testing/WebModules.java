package dev.startgate.testing;

import java.util.stream.Stream;

import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Imports the auto-configurations of a web application with Actuator: servlets on Tomcat,
 * a reactive one on Netty.
 */
public class WebModules implements DeferredImportSelector {

	@Override
	public String[] selectImports(AnnotationMetadata metadata) {
		return Stream
			.of(BootAutoConfigurations.names("boot.actuate", "boot.health", "boot.web", "boot.servlet", "boot.tomcat",
					"boot.webmvc", "boot.reactor", "boot.webflux", "boot.http", "boot.jackson", "boot.micrometer",
					"boot.autoconfigure"))
			.filter((name) -> !name.contains("TomcatReactive"))
			.toArray(String[]::new);
	}

}
