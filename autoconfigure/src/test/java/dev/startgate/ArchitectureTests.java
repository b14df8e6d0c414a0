package dev.startgate;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Timer;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationEvent;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the structure of the production code, above all for which package may know
 * which.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.startgate";

	private static final Path PUBLIC_TYPES = Path.of("src/test/resources/public-types.txt");

	/** The packages that each package may know besides itself. */
	private static final Map<String, List<String>> KNOWS = Map.ofEntries(entry("", List.of()), entry("sql", List.of()),
			entry("gate", List.of("")), entry("coordination", List.of("", "sql", "gate")), entry("pool", List.of()),
			entry("lock", List.of("", "sql", "pool", "gate", "coordination")),
			entry("flyway", List.of("", "sql", "pool", "gate", "coordination", "flyway.resume", "flyway.ddl")),
			entry("flyway.resume", List.of("", "sql", "gate", "coordination")),
			entry("flyway.ddl", List.of("", "sql", "gate", "coordination", "flyway.resume")),
			entry("metadata", List.of("", "sql", "pool", "gate", "coordination")),
			entry("initializer", List.of("", "gate", "coordination")),
			entry("lifecycle", List.of("", "gate", "coordination", "metadata")), entry("probe", List.of("", "gate")),
			entry("web", List.of("")), entry("actuate", List.of("", "gate")),
			entry("actuate.page", List.of("", "gate", "actuate")),
			entry("autoconfigure",
					List.of("", "gate", "coordination", "lock", "flyway", "flyway.ddl", "metadata", "initializer",
							"lifecycle", "probe", "web", "actuate", "actuate.page")),
			entry("autoconfigure.diagnostics", List.of("", "sql", "gate", "coordination", "lock", "flyway",
					"flyway.ddl", "metadata", "lifecycle", "autoconfigure")));

	@Test
	void packagesKnowOnlyThoseBelowThem() {
		assertThat(ProductionCode.classes()).extracting(JavaClass::getPackageName)
			.extracting(ArchitectureTests::withoutRoot)
			.isSubsetOf(KNOWS.keySet());
		KNOWS.forEach((name,
				known) -> check(noClasses().that()
					.resideInAPackage(named(name))
					.should()
					.dependOnClassesThat(resideInAPackage(ROOT + "..")
						.and(not(resideInAnyPackage(Stream.concat(Stream.of(name), known.stream())
							.map(ArchitectureTests::named)
							.toArray(String[]::new)))))));
	}

	@Test
	void publicTypesAreDecided() {
		assertThat(ProductionCode.classes()
			.stream()
			.filter((type) -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
			.map((type) -> withoutRoot(type.getName()))
			.sorted())
			.as("public types; those of another package may use them, so each is a decision: %s", PUBLIC_TYPES)
			.containsExactlyElementsOf(ProductionCode.lines(PUBLIC_TYPES));
	}

	@Test
	void packagesAreFreeOfCycles() {
		check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
	}

	@Test
	void rootPackageKnowsOnlyWhatApplicationsKnowAnyway() {
		check(classes().that()
			.resideInAPackage(ROOT)
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage(ROOT, "java..", "org.flywaydb..", "org.jspecify..",
					"org.springframework.jdbc.core..")
				.or(type(ApplicationEvent.class))));
	}

	@Test
	void gateAndCoordinationKnowNoFramework() {
		check(classes().that()
			.resideInAnyPackage(in("sql"), in("gate"), in("coordination"))
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(ROOT, in("sql"), in("gate"), in("coordination"), "java..", "javax.sql..", "org.slf4j..",
					"org.jspecify.."));
	}

	@Test
	void shedLockIsKnownOnlyToLock() {
		check(onlyIn(in("lock")).should().dependOnClassesThat().resideInAPackage("net.javacrumbs.."));
	}

	@Test
	void poolsAreKnownOnlyToOnePackage() {
		check(onlyIn(in("pool")).should()
			.dependOnClassesThat()
			.resideInAnyPackage("com.zaxxer.hikari..", "org.apache.tomcat.jdbc..", "org.apache.commons.dbcp2.."));
	}

	@Test
	void flywayIsKnownOnlyToRootAndFlywayAndWiring() {
		check(onlyIn(ROOT, in("flyway"), in("autoconfigure")).should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.flywaydb..", "org.springframework.boot.flyway.."));
	}

	@Test
	void flywaysInternalsAreKnownOnlyToOneType() {
		check(noClasses().that()
			.haveNameNotMatching(Pattern.quote(ROOT + ".flyway.FlywayInternals") + "(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.flywaydb.core.internal.."));
	}

	@Test
	void actuatorAndMicrometerAreKnownOnlyToActuateAndWiring() {
		check(onlyIn(in("actuate"), in("autoconfigure")).should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..",
					"org.springframework.boot.micrometer..", "io.micrometer.."));
	}

	@Test
	void threadsAreMadeOnlyByOneType() {
		check(noClasses().that()
			.doNotHaveFullyQualifiedName(ROOT + ".gate.StartExecutors")
			.should()
			.accessTargetWhere(describe("make a thread", (access) -> makesThread(access.getTarget()))));
	}

	private static boolean makesThread(AccessTarget target) {
		JavaClass owner = target.getOwner();
		return owner.isEquivalentTo(Executors.class) || (target.getName().equals(JavaConstructor.CONSTRUCTOR_NAME)
				&& Stream.of(Thread.class, ThreadPoolExecutor.class, ForkJoinPool.class, Timer.class)
					.anyMatch(owner::isAssignableTo));
	}

	@Test
	void namesCarryARole() {
		check(noClasses().should()
			.haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl|Service|Data)")
			.because("such a name says nothing about the role"));
	}

	@Test
	void everyPackageIsNullMarked() {
		assertThat(ProductionCode.classes()).extracting(JavaClass::getPackage)
			.filteredOn((javaPackage) -> !javaPackage.isAnnotatedWith(NullMarked.class))
			.extracting(JavaPackage::getName)
			.as("packages without a package-info.java that is @NullMarked")
			.isEmpty();
	}

	private static GivenClassesConjunction onlyIn(String... packages) {
		return noClasses().that().resideOutsideOfPackages(packages);
	}

	private static String withoutRoot(String name) {
		return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
	}

	private static String named(String name) {
		return name.isEmpty() ? ROOT : ROOT + "." + name;
	}

	private static String in(String packageName) {
		return ROOT + "." + packageName + "..";
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(ProductionCode.classes());
	}

}
