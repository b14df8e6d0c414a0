package dev.startgate.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import dev.startgate.MetadataSource;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;

/**
 * Fills the table of tariffs from a file, after the migrations. One replica does so, once
 * for each content of the file.
 */
@Component
class TariffSeed implements MetadataSource {

	private final long build;

	private final String content;

	TariffSeed(@Value("${startgate.repeatable.build-number:0}") long build) throws IOException {
		this.build = build;
		this.content = new ClassPathResource("seed/tariffs.csv").getContentAsString(StandardCharsets.UTF_8);
	}

	@Override
	public String name() {
		return "tariffs";
	}

	@Override
	public String version() {
		return DigestUtils.md5DigestAsHex(this.content.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Returns the number of the build, which tells whose file is newer if two releases
	 * differ in nothing else. Without that number, a replica of the older release that
	 * restarts last writes its tariffs again.
	 */
	@Override
	public long order() {
		return this.build;
	}

	/**
	 * Writes the rows in the transaction that records the version, so both are committed
	 * together.
	 */
	@Override
	public void apply(Connection connection) throws SQLException {
		try (Statement delete = connection.createStatement();
				PreparedStatement insert = connection
					.prepareStatement("insert into tariff (size, cents) values (?, ?)")) {
			delete.execute("delete from tariff");
			for (List<String> row : rows()) {
				insert.setString(1, row.get(0));
				insert.setInt(2, Integer.parseInt(row.get(1)));
				insert.addBatch();
			}
			insert.executeBatch();
		}
	}

	private List<List<String>> rows() {
		return this.content.lines().map((line) -> List.of(line.split(","))).toList();
	}

}
