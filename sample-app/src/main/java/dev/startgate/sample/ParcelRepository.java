package dev.startgate.sample;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The parcels in the database.
 */
@Repository
class ParcelRepository {

	private static final String COLUMNS = "id, recipient, postcode, depot, status, due_at";

	private final JdbcClient jdbc;

	ParcelRepository(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	List<Parcel> latest(int limit) {
		return this.jdbc.sql("select " + COLUMNS + " from parcel order by id desc limit :limit")
			.param("limit", limit)
			.query(ParcelRepository::parcel)
			.list();
	}

	List<Tariff> tariffs() {
		return this.jdbc.sql("select size, cents from tariff order by cents").query(Tariff.class).list();
	}

	Parcel add(ParcelOrder order, String depot) {
		return this.jdbc.sql("""
				insert into parcel (recipient, postcode, depot)
				values (:recipient, :postcode, :depot)
				returning\s""" + COLUMNS)
			.param("recipient", order.recipient())
			.param("postcode", order.postcode())
			.param("depot", depot)
			.query(ParcelRepository::parcel)
			.single();
	}

	int markOverdue() {
		return this.jdbc.sql("update parcel set status = 'OVERDUE' where status = 'ACCEPTED' and due_at < now()")
			.update();
	}

	private static Parcel parcel(ResultSet row, int number) throws SQLException {
		return new Parcel(row.getLong("id"), row.getString("recipient"), row.getString("postcode"),
				row.getString("depot"), row.getString("status"), row.getTimestamp("due_at").toInstant());
	}

}
