package dev.startgate.sample;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

import dev.startgate.MetadataSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.stereotype.Component;
import org.springframework.util.DigestUtils;

/**
 * Fills the table of tariffs from a file, after the migrations. One replica does so, once
 * for each content of the file.
 */
@Component
class TariffSeed implements MetadataSource {

	private final String content;

	TariffSeed() throws IOException {
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
	 * Writes the rows in the transaction that records the version, so both are committed
	 * together.
	 */
	@Override
	public void apply(Connection connection) throws SQLException {
		try (Statement delete = connection.createStatement();
				PreparedStatement insert = connection.prepareStatement("insert into tariff values (?, ?)")) {
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
