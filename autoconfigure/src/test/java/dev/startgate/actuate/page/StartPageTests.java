package dev.startgate.actuate.page;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

import javax.imageio.ImageIO;

import dev.startgate.GateState;
import dev.startgate.actuate.StartReport;
import dev.startgate.testing.ExternalTool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static dev.startgate.testing.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/**
 * Tests for {@link StartPage}. To look at the page in each state, with few and many
 * migrations, wide and narrow, let Chromium draw it into {@code target/pages}:
 *
 * <pre>
 * mvn -B -ntp -pl autoconfigure test -Dtest=StartPageTests -Dpages.all=true
 * </pre>
 */
class StartPageTests {

	private static final Path PAGES = Path.of("target/pages");

	@ParameterizedTest
	@EnumSource
	void itNeedsNothingButItself(GateState state) {
		String page = StartPage.of(StartSamples.of(state, 40));
		assertThat(page).startsWith("<!DOCTYPE html>")
			.contains("default-src 'none'", "lang=\"en\"", "role=\"status\"", "aria-hidden=\"true\"")
			.doesNotContain("<script", "http://", "https://", "src=", "href=", " style=\"", "onload");
	}

	@Test
	void whatComesFromOutsideIsText() {
		assertThat(StartPage.of(StartSamples.of(GateState.SETTLING, 3)))
			.contains("&lt;script&gt;alert(&#39;permission tables&#39;)&lt;/script&gt;")
			.doesNotContain("alert('");
	}

	@Test
	void whatIsWaitedForIsNamed() {
		assertThat(StartPage.of(StartSamples.of(GateState.WAITING, 3)))
			.contains("Waiting for replica &#39;parcels-7d9c8b6f5-x2x9q&#39;");
		assertThat(StartPage.of(StartSamples.waitingForEarlierHolders()))
			.contains("Waiting for the transaction of an earlier holder, for ");
	}

	@Test
	void itLooksAgainUntilTheStartIsOver() {
		assertThat(StartPage.of(StartSamples.of(GateState.WAITING, 3))).contains("http-equiv=\"refresh\"");
		assertThat(StartPage.of(StartSamples.of(GateState.OPEN, 3))).doesNotContain("http-equiv=\"refresh\"");
		assertThat(StartPage.of(StartSamples.of(GateState.FAILED, 3))).doesNotContain("http-equiv=\"refresh\"");
	}

	@Test
	void ofManyMigrationsTheLongOnesHaveALineOfTheirOwn() {
		assertThat(new Timeline(StartSamples.of(GateState.OPEN, 40)).rows()).extracting(Timeline.Row::label)
			.contains("40 migrations", "Long: V2 index parcels by due time", "Long: V19 create parcel")
			.doesNotContain("V1 create parcel")
			.hasSizeLessThan(15);
		assertThat(new Timeline(StartSamples.of(GateState.OPEN, 3)).rows()).extracting(Timeline.Row::label)
			.contains("V1 create parcel", "V2 index parcels by due time", "V3 add weight");
		assertThat(new Timeline(StartSamples.of(GateState.OPEN, 400)).rows()).hasSizeLessThan(15);
	}

	@Test
	void whoAppliedThemIsSaidOnceUnlessItWereSeveral() {
		assertThat(StartPage.of(StartSamples.of(GateState.OPEN, 3)))
			.contains("3 migrations were applied by parcels-7d9c8b6f5-x2x9q.")
			.doesNotContain(">By<", "<td>parcels-7d9c8b6f5-x2x9q</td>");
		assertThat(StartPage.of(StartSamples.takenOver())).contains("3 migrations were applied.", ">By<",
				"<td>parcels-7d9c8b6f5-x2x9q</td>", "<td>parcels-7d9c8b6f5-l5kd2</td>");
	}

	@Test
	void aMigrationThatHasFailedIsMarkedAndItsNextAttemptIsNot() {
		for (int migrations : new int[] { 3, 40 }) {
			assertThat(new Timeline(StartSamples.of(GateState.FAILED, migrations)).rows())
				.filteredOn(Timeline.Row::isFailed)
				.singleElement()
				.extracting(Timeline.Row::label)
				.isEqualTo("V" + (migrations / 2 + 1) + " add weight");
			assertThat(new Timeline(StartSamples.of(GateState.OPEN, migrations)).rows())
				.noneMatch(Timeline.Row::isFailed);
		}
		StartReport again = StartSamples.failedOnce();
		assertThat(new Timeline(again).rows()).extracting(Timeline.Row::label, Timeline.Row::isFailed)
			.containsExactly(tuple("V1 create parcel", true), tuple("V1 create parcel", false));
	}

	@Test
	void ofManyStepsTheLastOneIsShown() {
		assertThat(new Timeline(StartSamples.failedForTheLastOf(40)).rows()).hasSizeLessThanOrEqualTo(30)
			.last()
			.matches(Timeline.Row::isFailed);
	}

	@Test
	void partsOfHoursAreSaid() {
		assertThat(StartPage.of(StartSamples.ofHours())).contains(">30 min<", ">1 h<", ">1:30 h<");
	}

	static Stream<Arguments> pages() {
		boolean all = Boolean.getBoolean("pages.all");
		return StartSamples.STATES.stream()
			.flatMap((state) -> Stream.of(3, 40, 400)
				.filter((migrations) -> all || migrations == 40)
				.flatMap((migrations) -> Stream.of(1280, 400)
					.filter((width) -> all || (width == 400) == (state == GateState.MIGRATING))
					.map((width) -> Arguments.of(state, migrations, width))));
	}

	@ParameterizedTest
	@MethodSource("pages")
	void aBrowserDrawsItInColour(GateState state, int migrations, int width, @TempDir Path profile) throws Exception {
		ExternalTool chromium = ExternalTool.find("chromium");
		Files.createDirectories(PAGES);
		// Chromium never draws a page that is loaded again before that
		String html = StartPage.of(StartSamples.of(state, migrations)).replace("content=\"2\"", "content=\"3600\"");
		Path page = Files.writeString(PAGES.resolve(state + "-" + migrations + ".html"), html);
		Path picture = PAGES.resolve(state + "-" + migrations + "-" + width + ".png");
		Files.deleteIfExists(picture);
		chromium.run(PATIENCE, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
				"--user-data-dir=" + profile, "--screenshot=" + picture.toAbsolutePath(),
				"--window-size=" + width + ",900", page.toUri().toString());
		assertThat(colours(ImageIO.read(picture.toFile()))).as("the badge is drawn, so the policy allows the style")
			.contains(badge(state));
	}

	private static Color badge(GateState state) {
		return switch (state) {
			case WAITING -> Color.decode("#8a5a00");
			case MIGRATING -> Color.decode("#1f5fb0");
			case SETTLING -> Color.decode("#0b6e65");
			case OPEN -> Color.decode("#1a7f37");
			case BLOCKED, FAILED -> Color.decode("#b3202a");
			case CLOSED, CONNECTING -> Color.decode("#57606a");
		};
	}

	private static Set<Color> colours(BufferedImage image) {
		Set<Color> colours = new HashSet<>();
		for (int y = 0; y < image.getHeight(); y += 2) {
			for (int x = 0; x < image.getWidth(); x += 2) {
				colours.add(new Color(image.getRGB(x, y)));
			}
		}
		return colours;
	}

}
