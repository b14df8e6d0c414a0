package dev.startgate.lifecycle;

/**
 * A bean is needed before the migrations, and can't be created before them.
 */
public class WaitsForMigrationsException extends RuntimeException {

	private final String beanName;

	WaitsForMigrationsException(String kind, String beanName) {
		super("The " + kind + " '" + beanName + "' is needed before the migrations, but depends on a bean that waits "
				+ "for them");
		this.beanName = beanName;
	}

	/**
	 * Return the name of the bean.
	 * @return the name of the bean
	 */
	public String getBeanName() {
		return this.beanName;
	}

}
