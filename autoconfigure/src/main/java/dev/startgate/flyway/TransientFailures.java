package dev.startgate.flyway;

import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import dev.startgate.sql.Causes;
import dev.startgate.sql.DatabaseCondition;
import org.jspecify.annotations.Nullable;

/**
 * The failures that pass by themselves. What has failed may be tried again, once it is
 * known what it has left. Every other failure would occur again in the same way.
 */
final class TransientFailures {

	private static final String ANY = "any";

	/**
	 * Database, SQLSTATE (five characters, {@code *} is any) or vendor code, a part of
	 * the message if the code alone says too little, and what it means. The first match
	 * counts: MySQL's own driver gives 1205 the SQLSTATE 40001, too.
	 */
	private static final String TABLE = """
			PostgreSQL  | 40P01 |                             | the victim of a deadlock
			PostgreSQL  | 40003 |                             | nobody knows whether the statement has completed
			PostgreSQL  | 55P03 |                             | a lock was not available in time
			PostgreSQL  | 25006 |                             | a standby, after a failover
			PostgreSQL  | 25P03 |                             | the session was idle for too long
			PostgreSQL  | 57P01 |                             | the session was ended
			PostgreSQL  | 57P02 |                             | the server has crashed
			PostgreSQL  | 57P03 |                             | the server starts or stops
			PostgreSQL  | 57P05 |                             | the session was idle for too long
			PostgreSQL  | 53300 |                             | too many connections
			PostgreSQL  | XX000 | tuple concurrently updated  | two sessions change the catalog
			CockroachDB | 40003 |                             | nobody knows whether the commit has completed
			YugabyteDB  | XX000 | catalog version mismatch    | the schema has changed meanwhile
			YugabyteDB  | XX000 | schema version mismatch     | the schema has changed meanwhile
			YugabyteDB  | XX000 | restart read required       | clocks of the nodes differ
			MySQL       | 1205  |                             | a lock was not available in time
			MySQL       | 1213  |                             | the victim of a deadlock
			MySQL       | 3572  |                             | a lock was not available at once
			MySQL       | 1040  |                             | too many connections
			MySQL       | 1053  |                             | the server stops
			MySQL       | 1290  | read-only                   | a replica, after a failover
			MySQL       | 1836  |                             | a replica, after a failover
			MySQL       | 2006  |                             | the connection broke
			MySQL       | 2013  |                             | the connection broke
			MySQL       | S1009 | after statement closed      | the connection broke
			MySQL       | 25S03 |                             | the connection broke, and the driver has connected again
			MySQL       | 4031  |                             | the session was idle for too long
			MySQL       | 1047  | wsrep                       | a node of Galera is not ready
			H2          | HYT00 |                             | a lock was not available in time
			H2          | 90131 |                             | changed by another session meanwhile
			any         | 40001 |                             | not serializable, or the victim of a deadlock
			any         | 08*** |                             | the connection could not be made, or broke
			""";

	private static final List<Row> ROWS = TABLE.lines().map(Row::parse).toList();

	private TransientFailures() {
	}

	static List<Row> rows() {
		return ROWS;
	}

	/**
	 * Find out why a failure passes by itself.
	 * @param failure the failure, which may have the answer of the database anywhere
	 * within
	 * @param product the database, as its driver calls it; {@code null} if nobody has
	 * asked
	 * @return what the answer of the database means, empty if the failure does not pass
	 */
	static Optional<String> why(Throwable failure, @Nullable String product) {
		return Causes.of(failure)
			.filter(SQLException.class::isInstance)
			.flatMap((cause) -> Stream.iterate((SQLException) cause, Objects::nonNull, SQLException::getNextException))
			.flatMap((answer) -> ROWS.stream().filter((row) -> row.isAbout(answer, product)))
			.map(Row::meaning)
			.findFirst();
	}

	/**
	 * Return whether the database says that it has rolled back the transaction.
	 */
	static boolean isRolledBack(Throwable failure) {
		return Causes.first(failure, SQLException.class).filter(DatabaseCondition.ROLLED_BACK::isMeantBy).isPresent();
	}

	/**
	 * One kind of failure.
	 *
	 * @param database the database, or {@code any}
	 * @param code the SQLSTATE or the vendor code
	 * @param message a part of the message in lower case, empty for any
	 * @param meaning what it means
	 */
	record Row(String database, String code, String message, String meaning) {

		private static final int SQL_STATE = 5;

		private static Row parse(String line) {
			List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
			return new Row(cells.get(0), cells.get(1), cells.get(2), cells.get(3));
		}

		boolean isAbout(SQLException answer, @Nullable String product) {
			return isOf(product) && hasCode(answer)
					&& String.valueOf(answer.getMessage()).toLowerCase(Locale.ROOT).contains(this.message);
		}

		/**
		 * The driver of PostgreSQL calls CockroachDB and YugabyteDB PostgreSQL, too.
		 */
		private boolean isOf(@Nullable String product) {
			return switch (this.database) {
				case ANY -> true;
				case "CockroachDB", "YugabyteDB" -> "PostgreSQL".equals(product);
				case "MySQL" -> "MySQL".equals(product) || "MariaDB".equals(product);
				default -> this.database.equals(product);
			};
		}

		private boolean hasCode(SQLException answer) {
			if (this.code.length() < SQL_STATE) {
				return Integer.toString(answer.getErrorCode()).equals(this.code);
			}
			return String.valueOf(answer.getSQLState()).matches(this.code.replace('*', '.'));
		}

	}

}
