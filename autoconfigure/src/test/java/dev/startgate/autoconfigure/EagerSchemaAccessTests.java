package dev.startgate.autoconfigure;

import dev.startgate.testing.FailureAnalyses;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Tests for {@link EagerSchemaAccess}, and for what a person has to type.
 */
class EagerSchemaAccessTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final StaticListableBeanFactory beanFactory = new StaticListableBeanFactory();

	@ParameterizedTest
	@CsvSource({ "spring.jpa.hibernate.ddl-auto, validate, none", "spring.jpa.generate-ddl, true, false",
			"spring.jpa.generate-ddl, on, false", "spring.jpa.properties.hibernate.hbm2ddl.auto, update, none",
			"spring.jpa.properties.jakarta.persistence.schema-generation.database.action, create, none",
			"spring.jpa.properties.javax.persistence.schema-generation.database.action, update, none" })
	void hibernateLooksAndIsToldHowNotTo(String property, String value, String off) {
		this.beanFactory.addBean("entityManagerFactory", new Object());
		RefusedStartException failure = catchThrowableOfType(RefusedStartException.class, () -> check(property, value));
		FailureAnalysis analysis = FailureAnalyses.of(failure);
		assertThat(analysis.getDescription()).contains("'" + property + "=" + value + "'");
		assertThat(analysis.getAction()).startsWith("Set '" + property + "=" + off + "', or ");
		assertThatNoException().isThrownBy(() -> check(property, off));
	}

	@ParameterizedTest
	@CsvSource({ "spring.jpa.hibernate.ddl-auto, NONE", "spring.jpa.hibernate.ddl-auto, ''",
			"spring.jpa.generate-ddl, off", "spring.jpa.generate-ddl, ''" })
	void hibernateDoesNotLook(String property, String value) {
		this.beanFactory.addBean("entityManagerFactory", new Object());
		assertThatNoException().isThrownBy(() -> check(property, value));
	}

	@ParameterizedTest
	@ValueSource(strings = { "spring.jpa.hibernate.ddl-auto", "spring.jpa.generate-ddl" })
	void withoutHibernateNobodyLooks(String property) {
		assertThatNoException().isThrownBy(() -> check(property, "true"));
	}

	private void check(String property, String value) {
		this.environment.setProperty(property, value);
		EagerSchemaAccess.check(this.environment, this.beanFactory);
	}

}
