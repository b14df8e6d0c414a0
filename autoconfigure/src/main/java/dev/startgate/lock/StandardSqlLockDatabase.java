package dev.startgate.lock;

import java.sql.Connection;

import net.javacrumbs.shedlock.provider.sql.DatabaseProduct;
import org.jspecify.annotations.Nullable;

/**
 * Every other database whose time ShedLock knows. It supports the lease, and nothing that
 * needs more than standard SQL.
 */
final class StandardSqlLockDatabase implements LockDatabase {

	private final DatabaseProduct product;

	StandardSqlLockDatabase(DatabaseProduct product) {
		this.product = product;
	}

	@Override
	public String now() {
		return switch (this.product) {
			case SQL_SERVER -> "sysutcdatetime()";
			case ORACLE -> "cast(sys_extract_utc(systimestamp) as timestamp(3))";
			case DB2 -> "(current timestamp - current timezone)";
			default -> "cast(current_timestamp(3) as timestamp(3))";
		};
	}

	@Override
	public String timestampType() {
		return (this.product == DatabaseProduct.SQL_SERVER) ? "datetime2(3)" : "timestamp(3)";
	}

	@Override
	public boolean tryEnterCreation(Connection connection, String name) {
		return true;
	}

	@Override
	public void leaveCreation(Connection connection, String name) {
	}

	@Override
	public @Nullable Sessions sessions() {
		return null;
	}

}
