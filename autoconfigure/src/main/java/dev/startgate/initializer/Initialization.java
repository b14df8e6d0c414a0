package dev.startgate.initializer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

import javax.sql.DataSource;

/**
 * The change that a bean makes to a database when it is initialized.
 *
 * @param dataSource the database
 * @param content identifies the change; the same content makes the same tables
 * @param destructive whether it drops or empties tables, and does not only add what is
 * missing
 */
record Initialization(DataSource dataSource, String content, boolean destructive) {

	private static final int ENOUGH = 16;

	static Initialization of(DataSource dataSource, List<byte[]> content, boolean destructive) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			content.forEach(digest::update);
			return new Initialization(dataSource, HexFormat.of().formatHex(digest.digest()).substring(0, ENOUGH),
					destructive);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
