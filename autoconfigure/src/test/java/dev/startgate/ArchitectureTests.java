package dev.startgate;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.context.ApplicationEvent;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the shape of the production code: which package may know which.
 */
class ArchitectureTests {

	private static final String ROOT = "dev.startgate";

	@Test
	void arrowsBetweenPackagesGoOneWay() {
		check(layeredArchitecture().consideringOnlyDependenciesInLayers()
			.withOptionalLayers(true)
			.layer("wiring")
			.definedBy(in("autoconfigure"))
			.layer("edges")
			.definedBy(in("actuate"), in("lifecycle"), in("probe"), in("web"))
			.layer("work")
			.definedBy(in("lock"), in("flyway"), in("metadata"))
			.layer("gate")
			.definedBy(in("gate"))
			.layer("root")
			.definedBy(ROOT)
			.whereLayer("wiring")
			.mayNotBeAccessedByAnyLayer()
			.whereLayer("edges")
			.mayOnlyBeAccessedByLayers("wiring")
			.whereLayer("work")
			.mayOnlyBeAccessedByLayers("wiring", "edges")
			.whereLayer("gate")
			.mayOnlyBeAccessedByLayers("wiring", "edges", "work")
			.ensureAllClassesAreContainedInArchitecture());
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
	void gateKnowsNoFramework() {
		check(classes().that()
			.resideInAPackage(in("gate"))
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(ROOT, in("gate"), "java..", "javax.sql..", "org.slf4j..", "org.jspecify.."));
	}

	@Test
	void shedLockIsKnownOnlyToLock() {
		check(onlyIn(in("lock")).should().dependOnClassesThat().resideInAPackage("net.javacrumbs.."));
	}

	@Test
	void flywayIsKnownOnlyToRootAndFlywayAndWiring() {
		check(onlyIn(ROOT, in("flyway"), in("autoconfigure")).should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.flywaydb..", "org.springframework.boot.flyway.."));
	}

	@Test
	void actuatorAndMicrometerAreKnownOnlyToActuateAndWiring() {
		check(onlyIn(in("actuate"), in("autoconfigure")).should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework.boot.actuate..", "org.springframework.boot.health..",
					"org.springframework.boot.micrometer..", "io.micrometer.."));
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

	private static String in(String packageName) {
		return ROOT + "." + packageName + "..";
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(ProductionCode.classes());
	}

}
