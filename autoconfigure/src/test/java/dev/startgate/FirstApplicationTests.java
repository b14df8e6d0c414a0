package dev.startgate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the application in {@code docs/first-application}, which {@code .ci/stage}
 * starts with Maven. Its build with Gradle is not run, so this class compares the two
 * builds.
 */
class FirstApplicationTests {

	private static final Path DIRECTORY = Path.of("../docs/first-application");

	@Test
	void bothBuildsHaveTheSameDependencies() throws IOException {
		String maven = Files.readString(DIRECTORY.resolve("pom.xml"));
		String gradle = Files.readString(DIRECTORY.resolve("build.gradle"));
		List<String> dependencies = found("<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>",
				maven.substring(maven.indexOf("\t</dependencyManagement>"), maven.indexOf("\t<build>")));
		assertThat(dependencies).isNotEmpty();
		assertThat(found("(?:implementation|runtimeOnly) '([^:']+):([^:']+)'", gradle)).isEqualTo(dependencies);
		assertThat(found("platform\\('([^:]+):([^:]+):[^:]+'\\)", gradle))
			.isEqualTo(found("<groupId>(.*?)</groupId>\\s*<artifactId>(.*?)</artifactId>", maven
				.substring(maven.indexOf("\t<dependencyManagement>"), maven.indexOf("\t</dependencyManagement>"))));
	}

	@Test
	void bothBuildsHaveTheVersionsOfThisOne() throws IOException {
		String build = Files.readString(Path.of("../pom.xml"));
		String startgate = found("<artifactId>(startgate)</artifactId>\\s*<version>(.*?)</version>", build).get(0)
			.replace("startgate:", "");
		assertThat(Files.readString(DIRECTORY.resolve("pom.xml"))).contains(
				"<startgate.version>" + startgate + "</startgate.version>",
				"<spring-boot.version>" + parent(build) + "</spring-boot.version>");
		assertThat(Files.readString(DIRECTORY.resolve("build.gradle"))).contains("startgate-bom:" + startgate + "'",
				"spring-boot-dependencies:" + parent(build) + "'",
				"'org.springframework.boot' version '" + parent(build) + "'");
	}

	/**
	 * Gradle takes the versions that ShedLock names as lower bounds, and would raise
	 * those of Spring Boot.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "provider-jdbc-template", "core", "sql-support" })
	void theStarterBringsNothingOfShedLocksButShedLock(String module) throws IOException {
		String shedLock = new ClassPathResource(
				"META-INF/maven/net.javacrumbs.shedlock/shedlock-" + module + "/pom.xml")
			.getContentAsString(StandardCharsets.UTF_8);
		List<String> brought = found("<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>",
				shedLock.substring(shedLock.indexOf("<dependencies>"), shedLock.indexOf("</dependencies>"))
					.replaceAll("(?s)<dependency>(?:(?!</dependency>).)*<scope>test</scope>\\s*</dependency>", ""));
		assertThat(brought).isNotEmpty();
		List<String> excluded = found("<exclusion>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>",
				Files.readString(Path.of("../starter/pom.xml")));
		assertThat(brought).filteredOn((dependency) -> !dependency.startsWith("net.javacrumbs.shedlock:"))
			.isSubsetOf(excluded);
	}

	private static String parent(String build) {
		return found("<artifactId>(spring-boot-starter-parent)</artifactId>\\s*<version>(.*?)</version>", build).get(0)
			.replace("spring-boot-starter-parent:", "");
	}

	private static List<String> found(String pattern, String text) {
		return Pattern.compile(pattern)
			.matcher(text)
			.results()
			.map((match) -> match.group(1) + ":" + match.group(2))
			.toList();
	}

}
