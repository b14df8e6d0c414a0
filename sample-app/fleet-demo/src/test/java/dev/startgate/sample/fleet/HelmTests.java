package dev.startgate.sample.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import dev.startgate.sample.fleet.StandInCluster.Change;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Runs the commands of the page about Helm as an operator would type them, with Helm
 * itself, against a stand-in for the cluster.
 */
// Helm itself would wait as long as the page says
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class HelmTests {

	private static final Path ROOT = Path.of("..", "..");

	private static final Pattern COMMANDS = Pattern.compile("(?ms)^```bash\n(.*?)\n```$");

	private static final Pattern KEEP_VALUES = Pattern
		.compile("helm get values (?<release>\\S+) --output yaml > (?<file>\\S+)");

	private static final int INSTALL = 0;

	private static final int REHEARSE = 1;

	private static final int KEEP = 2;

	private static final int RERUN = 3;

	private static final int WITHOUT_RERUN = 4;

	private static final int TAKE_BACK = 5;

	private static final int GO_ON = 6;

	/** Helm patches the budget in each upgrade, with the content that it already has. */
	private static final String BUDGET = "poddisruptionbudgets/parcels-web";

	@AutoClose
	private StandInCluster cluster;

	private Path configuration;

	@BeforeEach
	void start(@TempDir Path directory) throws IOException {
		this.cluster = new StandInCluster();
		this.configuration = this.cluster.configuration(directory);
	}

	@Test
	void theCommandsMigrateBeforeTheyChangeAPod() throws IOException {
		assertThat(commands()).hasSize(7);
		List<Change> changes = type(INSTALL);
		assertThat(changes).extracting(Change::what)
			.containsExactly("POST jobs/parcels-migrate", "DELETE jobs/parcels-migrate", "POST " + BUDGET,
					"POST services/parcels-web", "POST deployments/parcels-web");
		assertThat(environment(changes.get(0))).containsEntry("STARTGATE_MODE", "migrate-and-exit");
		assertThat(environment(changes.get(4))).containsEntry("STARTGATE_MODE", "wait");
		changes = type(REHEARSE);
		assertThat(changes).extracting(Change::what)
			.containsExactly("POST jobs/parcels-rehearse", "POST jobs/parcels-migrate", "DELETE jobs/parcels-migrate",
					"DELETE jobs/parcels-rehearse", "PATCH " + BUDGET);
		assertThat(environment(changes.get(0))).containsEntry("STARTGATE_MODE", "rehearse");
		assertThat(environment(changes.get(1))).containsEntry("STARTGATE_MODE", "migrate-and-exit")
			.doesNotContainKey("STARTGATE_REPEATABLE_APPLYOLDER");
		changes = type(TAKE_BACK);
		assertThat(changes).extracting(Change::what)
			.containsExactly("POST jobs/parcels-migrate", "DELETE jobs/parcels-migrate", "PATCH " + BUDGET,
					"PATCH deployments/parcels-web");
		assertThat(environment(changes.get(0))).containsEntry("STARTGATE_REPEATABLE_APPLYOLDER", "true")
			.containsEntry("STARTGATE_METADATA_APPLYOLDER", "true");
		assertThat(changes.get(0).body().toString()).contains(older());
		assertThat(changes.get(3).body().toString()).contains(older());
		assertThat(releases()).containsExactly("1 superseded", "2 superseded", "3 deployed");
	}

	@Test
	void valuesOfOneReleaseStayUntilTheyAreReset() throws IOException {
		type(INSTALL);
		type(KEEP);
		type(RERUN);
		Change job = type(INSTALL).get(0);
		assertThat(environment(job)).containsEntry("STARTGATE_ON_INTERRUPTED", "rerun");
		type(TAKE_BACK);
		job = type(INSTALL).get(0);
		assertThat(job.body().toString()).contains(older());
		assertThat(environment(job)).containsKey("STARTGATE_METADATA_APPLYOLDER")
			.doesNotContainKey("STARTGATE_ON_INTERRUPTED");
		type(RERUN);
		job = type(GO_ON).get(0);
		assertThat(environment(job)).doesNotContainKey("STARTGATE_ON_INTERRUPTED");
		assertThat(job.body().toString()).doesNotContain(older());
		assertThat(environment(job)).doesNotContainKey("STARTGATE_METADATA_APPLYOLDER");
		type(RERUN);
		job = type(WITHOUT_RERUN).get(0);
		assertThat(environment(job)).doesNotContainKey("STARTGATE_ON_INTERRUPTED");
	}

	@Test
	void aVariableForAFailedReleaseKeepsItsOtherValues() throws IOException {
		type(INSTALL);
		this.cluster.setJobsFail(true);
		String failed = commands().get(INSTALL) + " --set image=parcels:1.9.0 --set migration.env.ANOTHER=here";
		assertThatIllegalStateException().isThrownBy(() -> type(failed));
		assertThat(migration(this.cluster.changes()).body().toString()).contains("image=parcels:1.9.0,");
		String reuse = commands().get(INSTALL) + " --reuse-values --set migration.env.STARTGATE_ON_INTERRUPTED=rerun";
		assertThatIllegalStateException().isThrownBy(() -> type(reuse));
		assertThat(migration(this.cluster.changes()).body().toString()).as("the release before the failed one")
			.doesNotContain("image=parcels:1.9.0,");
		assertThatIllegalStateException().isThrownBy(() -> type(failed));
		this.cluster.setJobsFail(false);
		type(KEEP);
		Change job = migration(type(RERUN));
		assertThat(environment(job)).containsEntry("STARTGATE_ON_INTERRUPTED", "rerun")
			.containsEntry("ANOTHER", "here");
		assertThat(job.body().toString()).contains("image=parcels:1.9.0,");
		job = migration(type(WITHOUT_RERUN));
		assertThat(environment(job)).doesNotContainKey("STARTGATE_ON_INTERRUPTED").containsEntry("ANOTHER", "here");
		assertThat(job.body().toString()).contains("image=parcels:1.9.0,");
	}

	private static Change migration(List<Change> changes) {
		return changes.stream()
			.filter((change) -> change.what().equals("POST jobs/parcels-migrate"))
			.findFirst()
			.orElseThrow();
	}

	@ParameterizedTest
	@ValueSource(ints = { INSTALL, REHEARSE, RERUN, WITHOUT_RERUN, TAKE_BACK, GO_ON })
	void aJobThatFailsEndsTheCommandAndNothingElseIsChanged(int command) throws IOException {
		if (command != INSTALL) {
			type(INSTALL);
			type(KEEP);
			this.cluster.changes();
		}
		this.cluster.setJobsFail(true);
		assertThatIllegalStateException().isThrownBy(() -> type(command))
			.withMessageContaining((command != INSTALL) ? "pre-upgrade hooks failed" : "pre-install")
			.withMessageContaining("BackoffLimitExceeded");
		String job = (command != REHEARSE) ? "jobs/parcels-migrate" : "jobs/parcels-rehearse";
		assertThat(this.cluster.changes()).extracting(Change::what).containsExactly("POST " + job);
		assertThat(releases()).last().asString().endsWith(" failed");
		this.cluster.setJobsFail(false);
		assertThat(type(command)).extracting(Change::what).startsWith("DELETE " + job, "POST " + job);
		assertThat(releases()).last().asString().endsWith(" deployed");
	}

	@Test
	void helmHasMoreTimeThanAMigration() throws IOException {
		assertThat(commands()).filteredOn((command) -> command.startsWith("helm upgrade "))
			.hasSize(6)
			.extracting((command) -> (int) HelmUpgrade.parse(command).timeout().toSeconds())
			.allMatch((timeout) -> timeout > ManifestTests.LONGEST_MIGRATION);
	}

	private List<Change> type(int command) throws IOException {
		type(commands().get(command));
		return this.cluster.changes();
	}

	private void type(String command) throws IOException {
		Matcher keep = KEEP_VALUES.matcher(command);
		if (keep.matches()) {
			Files.writeString(this.configuration.resolveSibling(keep.group("file")),
					Helm.get(keep.group("release"))
						.values()
						.withNamespace("default")
						.withKubeConfig(this.configuration)
						.call());
		}
		else {
			HelmUpgrade.parse(command).run(this.configuration);
		}
	}

	private List<String> releases() throws IOException {
		return Helm.history(HelmUpgrade.parse(commands().get(INSTALL)).name())
			.withNamespace("default")
			.withKubeConfig(this.configuration)
			.call()
			.stream()
			.map((release) -> release.getRevision() + " " + release.getStatus())
			.toList();
	}

	private static Map<String, Object> environment(Change change) {
		return Manifests.environment(change.body());
	}

	private static String older() throws IOException {
		return "image=" + HelmUpgrade.parse(commands().get(TAKE_BACK)).values().get("image") + ",";
	}

	private static List<String> commands() throws IOException {
		return COMMANDS.matcher(Files.readString(ROOT.resolve("docs/how-to/helm.md")))
			.results()
			.flatMap((block) -> block.group(1).lines())
			.toList();
	}

	/**
	 * A command of the page.
	 *
	 * @param name the name of the release
	 * @param chart the directory of the chart
	 * @param install whether to install what is not there
	 * @param timeout how long Helm waits for each Job
	 * @param reuse whether to keep the values of the last release
	 * @param reset whether to forget the values of the last release
	 * @param files the names of files with values
	 * @param values the values that differ from {@code values.yaml}
	 */
	private record HelmUpgrade(String name, Path chart, boolean install, Duration timeout, boolean reuse, boolean reset,
			List<String> files, Map<String, String> values) {

		static HelmUpgrade parse(String command) {
			assertThat(command).startsWith("helm upgrade ");
			List<String> names = new ArrayList<>();
			boolean install = false;
			boolean reuse = false;
			boolean reset = false;
			List<String> files = new ArrayList<>();
			Duration timeout = Duration.ofMinutes(5);
			Map<String, String> values = new LinkedHashMap<>();
			Iterator<String> words = List.of(command.substring("helm upgrade ".length()).split(" ")).iterator();
			while (words.hasNext()) {
				String word = words.next();
				switch (word) {
					case "--install" -> install = true;
					case "--reuse-values" -> reuse = true;
					case "--reset-values" -> reset = true;
					case "-f" -> files.add(words.next());
					case "--timeout" -> timeout = DurationStyle.SIMPLE.parse(words.next());
					case "--set" -> {
						String[] value = words.next().split("=", 2);
						values.put(value[0], value[1]);
					}
					default -> {
						assertThat(word).as("an option that this test knows").doesNotStartWith("-");
						names.add(word);
					}
				}
			}
			assertThat(names).as("release and chart").hasSize(2);
			return new HelmUpgrade(names.get(0), ROOT.resolve(names.get(1)), install, timeout, reuse, reset, files,
					values);
		}

		void run(Path configuration) {
			UpgradeCommand upgrade = new Helm(this.chart).upgrade()
				.withName(this.name)
				.withNamespace("default")
				.withTimeout((int) this.timeout.toSeconds())
				.withKubeConfig(configuration);
			if (this.install) {
				upgrade.install();
			}
			if (this.reuse) {
				upgrade.reuseValues();
			}
			if (this.reset) {
				upgrade.resetValues();
			}
			this.files.forEach((file) -> upgrade.withValuesFile(configuration.resolveSibling(file)));
			this.values.forEach(upgrade::set);
			upgrade.call();
		}

	}

}
