package dev.startgate.autoconfigure;

/**
 * Thrown if a bean needs the schema while it is created, and migrations come later.
 */
public class EagerSchemaAccessException extends RuntimeException {

	private final String beanName;

	private final String property;

	private final String off;

	EagerSchemaAccessException(String beanName, String property, String value, String off) {
		super("Bean '" + beanName + "' looks at the schema while it is created, because of '" + property + "=" + value
				+ "', but with 'startgate.timing=after-web-server' migrations run after all beans are created");
		this.beanName = beanName;
		this.property = property;
		this.off = off;
	}

	/**
	 * Return the bean.
	 * @return the name of the bean
	 */
	public String getBeanName() {
		return this.beanName;
	}

	/**
	 * Return why it looks at the schema.
	 * @return the name of a property
	 */
	public String getProperty() {
		return this.property;
	}

	/**
	 * Return the value of the property with which the bean does not look.
	 * @return the value
	 */
	public String getOff() {
		return this.off;
	}

}
