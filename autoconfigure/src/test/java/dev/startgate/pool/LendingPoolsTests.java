package dev.startgate.pool;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.p6spy.engine.spy.P6DataSource;
import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.testing.PostgresDatabase;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.apache.commons.dbcp2.BasicDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A session that is not to be lent again, in pools that have room for one.
 */
class LendingPoolsTests {

	private final PostgresDatabase database = PostgresDatabase.create();

	@ParameterizedTest
	@EnumSource
	void aSessionIsNotLentAgainWhateverIsAroundThePool(Around around) throws SQLException {
		try (HikariDataSource pool = pool(HikariDataSource.class)) {
			pool.setMaximumPoolSize(1);
			assertThatItIsReplaced(around.wrap.apply(pool));
		}
	}

	@Test
	void dbcpDoesNotLendItAgainEither() throws SQLException {
		try (BasicDataSource pool = pool(BasicDataSource.class)) {
			pool.setMaxTotal(1);
			assertThatItIsReplaced(pool);
		}
	}

	@Test
	void tomcatsPoolDoesNotLendItAgainEither() throws SQLException {
		org.apache.tomcat.jdbc.pool.DataSource pool = pool(org.apache.tomcat.jdbc.pool.DataSource.class);
		try {
			pool.setMaxActive(1);
			assertThatItIsReplaced(pool);
		}
		finally {
			pool.close();
		}
	}

	private <T extends DataSource> T pool(Class<T> type) {
		return DataSourceBuilder.create().type(type).url(this.database.url()).username("postgres").build();
	}

	private static void assertThatItIsReplaced(DataSource pool) throws SQLException {
		Connection connection = pool.getConnection();
		long session = session(connection);
		LendingPools.discard(pool, connection);
		assertThat(connection.isClosed()).isTrue();
		try (Connection next = pool.getConnection()) {
			assertThat(session(next)).isNotEqualTo(session);
		}
	}

	private static long session(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
			row.next();
			return row.getLong(1);
		}
	}

	/** What applications put around a pool. */
	enum Around {

		NOTHING((pool) -> pool), P6SPY(P6DataSource::new),
		DATASOURCE_PROXY((pool) -> ProxyDataSourceBuilder.create(pool).build()),
		TRANSACTION_AWARE(TransactionAwareDataSourceProxy::new), LAZY(LazyConnectionDataSourceProxy::new);

		private final UnaryOperator<DataSource> wrap;

		Around(UnaryOperator<DataSource> wrap) {
			this.wrap = wrap;
		}

	}

}
