package dev.startgate.testing;

import java.util.concurrent.Callable;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;

/**
 * A settle condition whose answer comes from the test.
 *
 * @param name its name
 * @param answer its answer
 */
public record Condition(String name, Callable<Settlement> answer) implements SettleCondition {

	@Override
	public Settlement settled() throws Exception {
		return this.answer.call();
	}

}
