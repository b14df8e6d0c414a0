package dev.startgate.autoconfigure;

import dev.startgate.StartupGate;
import dev.startgate.web.RejectingWebFilter;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.web.server.WebFilter;

/**
 * Auto-configuration that turns reactive requests away until the gate is open, where that
 * is asked for.
 */
@AutoConfiguration(after = StartgateAutoConfiguration.class)
@ConditionalOnClass({ WebFilter.class, Mono.class })
@ConditionalOnWebApplication(type = Type.REACTIVE)
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
public final class StartgateReactiveAutoConfiguration {

	@Bean
	RejectingWebFilter startgateRejectingWebFilter(StartgateProperties properties, StartupGate gate,
			ApplicationContext context) {
		return new RejectingWebFilter(ConfiguredRejection.of(properties, gate, context), context);
	}

}
