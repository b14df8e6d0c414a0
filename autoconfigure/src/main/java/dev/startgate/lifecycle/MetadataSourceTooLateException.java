package dev.startgate.lifecycle;

/**
 * A metadata source is to be applied before the migrations, and can't be created before
 * them.
 */
public class MetadataSourceTooLateException extends RuntimeException {

	private final String beanName;

	MetadataSourceTooLateException(String beanName) {
		super("The metadata source '" + beanName
				+ "' is to be applied before the migrations, but depends on a bean that waits for them");
		this.beanName = beanName;
	}

	public String getBeanName() {
		return this.beanName;
	}

}
