package dev.startgate.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of measured values, none of which has a comma in it.
 *
 * @param file the file, whose first line names the columns
 */
public record CsvFile(Path file) {

	/**
	 * Return the rows, as their values by column.
	 */
	public List<Map<String, String>> rows() throws IOException {
		List<String> lines = Files.readAllLines(this.file);
		List<String> columns = List.of(lines.get(0).split(","));
		return lines.stream().skip(1).map((line) -> {
			List<String> values = Arrays.asList(line.split(",", -1));
			Map<String, String> row = new LinkedHashMap<>();
			columns.forEach((column) -> row.put(column, values.get(columns.indexOf(column))));
			return row;
		}).toList();
	}

}
