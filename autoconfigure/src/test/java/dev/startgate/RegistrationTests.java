package dev.startgate;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.annotation.OrderUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the files in which Spring looks for this module's classes by name. A wrong
 * name in them goes unnoticed, or makes every application fail.
 */
class RegistrationTests {

	private static final String IMPORTS = ".imports";

	@Test
	void everyFactoryIsOfTheTypeOfItsKey() {
		assertThat(ProductionCode.metaInf("")).filteredOn((file) -> file.toString().endsWith(".factories"))
			.flatExtracting((file) -> factories(file).entrySet())
			.allSatisfy((entry) -> {
				Class<?> key = load((String) entry.getKey());
				assertThat(names((String) entry.getValue())).as(key.getName())
					.isNotEmpty()
					.doesNotHaveDuplicates()
					.allSatisfy((name) -> assertThat(key).isAssignableFrom(load(name)));
			});
	}

	@Test
	void everyImportHasTheAnnotationOfItsFile() {
		assertThat(ProductionCode.metaInf("spring")).filteredOn((file) -> file.toString().endsWith(IMPORTS))
			.allSatisfy((file) -> assertThat(imports(file)).isNotEmpty()
				.doesNotHaveDuplicates()
				.allSatisfy((name) -> assertThat(load(name)).hasAnnotation(annotation(file))));
	}

	@Test
	void everyFailureAnalyzerIsRegistered() {
		Path file = ProductionCode.metaInf("spring.factories", "failure analyzers are registered there");
		assertThat(names(factories(file).getProperty(FailureAnalyzer.class.getName(), "")))
			.containsExactlyInAnyOrderElementsOf(concreteClasses((type) -> type.isAssignableTo(FailureAnalyzer.class)));
	}

	/**
	 * Without an order, the class path decides whether Spring Boot's analyzers come
	 * first. In a packaged jar they do.
	 */
	@Test
	void everyFailureAnalyzerHasAnOrder() {
		assertThat(concreteClasses((type) -> type.isAssignableTo(FailureAnalyzer.class)))
			.allSatisfy((name) -> assertThat(OrderUtils.getOrder(load(name))).as("%s extends StartgateAnalyzer", name)
				.isZero());
	}

	@Test
	void everyClassNamedFailureAnalyzerIsOne() {
		assertThat(concreteClasses((type) -> type.getSimpleName().endsWith("FailureAnalyzer")))
			.allSatisfy((name) -> assertThat(load(name)).isAssignableTo(FailureAnalyzer.class));
	}

	@Test
	void everyAutoConfigurationIsRegistered() {
		Path file = ProductionCode.metaInf("spring/" + AutoConfiguration.class.getName() + IMPORTS,
				"auto-configurations are registered there");
		assertThat(imports(file)).containsExactlyInAnyOrderElementsOf(
				concreteClasses((type) -> type.isAnnotatedWith(AutoConfiguration.class)));
	}

	private static Properties factories(Path file) {
		Properties factories = new Properties();
		try (Reader reader = Files.newBufferedReader(file)) {
			factories.load(reader);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return factories;
	}

	private static List<String> imports(Path file) {
		return names(ProductionCode.lines(file).stream().map((line) -> line.replaceFirst("#.*", "")));
	}

	private static List<String> names(String commaSeparated) {
		return names(Stream.of(commaSeparated.split(",")));
	}

	private static List<String> names(Stream<String> names) {
		return names.map(String::strip).filter((name) -> !name.isEmpty()).toList();
	}

	private static List<String> concreteClasses(Predicate<JavaClass> filter) {
		return ProductionCode.classes()
			.stream()
			.filter((type) -> !type.isInterface() && !type.getModifiers().contains(JavaModifier.ABSTRACT))
			.filter(filter)
			.map(JavaClass::getName)
			.toList();
	}

	private static Class<? extends Annotation> annotation(Path imports) {
		String file = imports.getFileName().toString();
		return load(file.substring(0, file.length() - IMPORTS.length())).asSubclass(Annotation.class);
	}

	private static Class<?> load(String name) {
		try {
			return Class.forName(name, false, RegistrationTests.class.getClassLoader());
		}
		catch (ClassNotFoundException | LinkageError ex) {
			throw new AssertionError("'" + name + "' is registered but cannot be loaded", ex);
		}
	}

}
