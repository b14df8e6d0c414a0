package dev.startgate.autoconfigure;

/**
 * Thrown if a bean needs the schema while it is created, and migrations come later.
 */
class SchemaNeededException extends RuntimeException {

	private final String beanName;

	private final String property;

	SchemaNeededException(String beanName, String property, String value) {
		super("Bean '" + beanName + "' looks at the schema while it is created, because of '" + property + "=" + value
				+ "', but with 'startgate.timing=after-web-server' migrations run after all beans are created");
		this.beanName = beanName;
		this.property = property;
	}

	String getBeanName() {
		return this.beanName;
	}

	String getProperty() {
		return this.property;
	}

}
