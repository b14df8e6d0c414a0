package dev.startgate.sample;

import dev.startgate.SettleCondition;
import dev.startgate.Settlement;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Holds when the postcode directory of this replica knows every postcode in the database.
 */
@Component
class PostcodesSettled implements SettleCondition {

	private final PostcodeDirectory directory;

	private final JdbcClient jdbc;

	PostcodesSettled(PostcodeDirectory directory, JdbcClient jdbc) {
		this.directory = directory;
		this.jdbc = jdbc;
	}

	@Override
	public String name() {
		return "postcode directory";
	}

	@Override
	public Settlement settled() {
		int known = this.directory.size();
		int total = this.jdbc.sql("select count(*) from postcode").query(Integer.class).single();
		return (known == total) ? Settlement.done() : Settlement.notYet(known + " of " + total + " postcodes");
	}

}
