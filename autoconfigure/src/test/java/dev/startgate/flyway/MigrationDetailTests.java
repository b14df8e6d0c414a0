package dev.startgate.flyway;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What was written into a note can be read from it, even if the note was cut off.
 */
class MigrationDetailTests {

	private static final MigrationDetail DETAIL = new MigrationDetail("7.1", "-5", "db/V7_1__it's.sql", "it's: new",
			"3", true, true, true, "ERROR: no\nDetail: none\n\nat all");

	@Test
	void isReadAsItWasWritten() {
		assertThat(MigrationDetail.read(DETAIL.write())).isEqualTo(DETAIL);
	}

	/**
	 * Flyway reads no description from {@code V7.sql}. Notes are stripped, so the space
	 * after the last colon is lost.
	 */
	@Test
	void oneWithoutADescriptionIsReadAsItWasWritten() {
		MigrationDetail bare = new MigrationDetail("7", "-5", "V7.sql", "", "", false, false, false, "");
		assertThat(MigrationDetail.read(bare.write())).isEqualTo(bare);
		MigrationDetail failed = bare.failed(0, false, false, false, "ERROR: no\nDetail:");
		assertThat(MigrationDetail.read(failed.write())).isEqualTo(failed);
	}

	@Test
	void isReadForAPersonInLines() {
		assertThat(DETAIL.write()).startsWith("version: 7.1\nchecksum: -5\nscript: db/V7_1__it's.sql\n");
	}

	@Test
	void onlyTheErrorIsCutOff() {
		String text = DETAIL.write();
		MigrationDetail cut = MigrationDetail.read(text.substring(0, text.indexOf("Detail")));
		assertThat(cut.error()).isEqualTo("ERROR: no");
		assertThat(cut.recorded()).isTrue();
	}

	@Test
	void whatSomebodyElseHasWrittenIsNoObstacle() {
		assertThat(MigrationDetail.read("by hand").script()).isEmpty();
		assertThat(MigrationDetail.read("").describe()).isNotEmpty();
	}

}
