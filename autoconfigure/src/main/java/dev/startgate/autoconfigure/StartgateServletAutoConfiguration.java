package dev.startgate.autoconfigure;

import java.util.Optional;

import dev.startgate.StartupGate;
import dev.startgate.web.RejectingFilter;
import jakarta.servlet.Filter;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Auto-configuration that turns servlet requests away until the gate is open, where that
 * is asked for.
 */
@AutoConfiguration(after = StartgateAutoConfiguration.class)
@ConditionalOnClass({ Filter.class, OncePerRequestFilter.class })
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnBooleanProperty(name = "startgate.enabled", matchIfMissing = true)
public final class StartgateServletAutoConfiguration {

	private static final String DISPATCHER_SERVLET = "dispatcherServletRegistration";

	@Bean
	RejectingFilter startgateRejectingFilter(StartgateProperties properties, StartupGate gate,
			BeanFactory beanFactory) {
		return new RejectingFilter(ConfiguredRejection.of(properties, gate, beanFactory),
				() -> dispatcherServlet(beanFactory));
	}

	/**
	 * Return the name of the dispatcher servlet. Without it, Jersey answers at management
	 * paths.
	 */
	private static Optional<String> dispatcherServlet(BeanFactory beanFactory) {
		return beanFactory.containsBean(DISPATCHER_SERVLET)
				? Optional.of(beanFactory.getBean(DISPATCHER_SERVLET, ServletRegistrationBean.class).getServletName())
				: Optional.empty();
	}

}
