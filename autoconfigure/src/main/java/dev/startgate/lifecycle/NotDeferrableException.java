package dev.startgate.lifecycle;

import java.util.Collection;
import java.util.List;

/**
 * The application names a bean to be held or exempt, but Spring does not start that bean.
 */
public class NotDeferrableException extends RuntimeException {

	private final String beanName;

	private final List<String> candidates;

	NotDeferrableException(String beanName, Collection<String> candidates) {
		super("There is no bean '" + beanName + "' that Spring starts and stops");
		this.beanName = beanName;
		this.candidates = candidates.stream().sorted().toList();
	}

	/**
	 * Return the name that the application gave.
	 * @return the name that the application gave
	 */
	public String getBeanName() {
		return this.beanName;
	}

	/**
	 * Return the names of the beans that Spring starts and stops.
	 * @return the names, sorted
	 */
	public List<String> getCandidates() {
		return this.candidates;
	}

}
