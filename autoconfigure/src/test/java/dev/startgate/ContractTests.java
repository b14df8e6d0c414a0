package dev.startgate;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.jayway.jsonpath.JsonPath;
import dev.startgate.actuate.GateMetrics;
import dev.startgate.actuate.StartReport;
import dev.startgate.coordination.HolderNote;
import dev.startgate.testing.BootAutoConfigurations;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.test.util.ReflectionTestUtils;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that no change of the contract goes unnoticed. An application, its operators and
 * other versions of Startgate depend on the contract: types, properties, metrics, the
 * endpoint, tables and kinds of records. {@code -Dcontract.write=true} writes the file
 * again, and a reviewer decides about its difference.
 */
class ContractTests {

	private static final Path FILE = Path.of("src/test/resources/contract.txt");

	/** Methods that each record or enum has, and that are left out here. */
	private static final Set<String> IMPLIED = Set.of("equals", "hashCode", "toString", "values", "valueOf");

	@Test
	void nothingChangesUnseen() throws Exception {
		List<String> contract = new ArrayList<>();
		types().forEach((type) -> contract.addAll(signatures(type)));
		contract.addAll(properties());
		contract.addAll(answer("endpoint", StartReport.class));
		recordKinds().forEach(contract::add);
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("spring.datasource.url=jdbc:h2:mem:contract;DB_CLOSE_DELAY=-1",
					"spring.flyway.locations=classpath:db/long", "spring.flyway.target=1")
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				context.getBean(GateMetrics.class).bindTo(registry);
				contract.addAll(meters(registry));
				contract.addAll(columns(context.getBean(DataSource.class)));
			});
		if (Boolean.getBoolean("contract.write")) {
			Files.write(FILE, contract);
		}
		assertThat(contract).containsExactlyElementsOf(Files.readAllLines(FILE));
	}

	private static Stream<Class<?>> types() throws IOException {
		return Files.readAllLines(Path.of("src/test/resources/public-types.txt"))
			.stream()
			.filter((name) -> !name.contains("."))
			.map((name) -> ClassUtils.resolveClassName("dev.startgate." + name, null));
	}

	/**
	 * Return the signatures that an application may compile against.
	 */
	private static List<String> signatures(Class<?> type) {
		List<String> lines = new ArrayList<>();
		lines.add(type.toGenericString() + ((type.getGenericSuperclass() != null)
				? " extends " + type.getGenericSuperclass().getTypeName() : ""));
		TreeSet<String> members = new TreeSet<>();
		for (Constructor<?> constructor : type.getDeclaredConstructors()) {
			add(members, constructor);
		}
		for (Method method : type.getDeclaredMethods()) {
			if (!IMPLIED.contains(method.getName())) {
				add(members, method);
			}
		}
		for (Field field : type.getDeclaredFields()) {
			if (field.isEnumConstant()) {
				members.add(field.getName());
			}
		}
		members.forEach((member) -> lines.add("    " + member));
		Stream.of(type.getDeclaredClasses())
			.filter((nested) -> isVisible(nested.getModifiers()))
			.sorted((one, other) -> one.getName().compareTo(other.getName()))
			.forEach((nested) -> lines.addAll(signatures(nested)));
		return lines;
	}

	private static void add(TreeSet<String> members, Executable member) {
		if (isVisible(member.getModifiers()) && !member.isSynthetic()) {
			members.add(member.toGenericString());
		}
	}

	private static boolean isVisible(int modifiers) {
		return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
	}

	private static List<String> properties() throws IOException {
		String metadata = Files.readString(Path.of("target/classes/META-INF/spring-configuration-metadata.json"));
		List<Map<String, Object>> properties = JsonPath.read(metadata, "$.properties");
		return Stream.concat(properties.stream().map(PropertiesPage.Entry::of), ofElements())
			.map((property) -> "property %s (%s) = %s".formatted(property.name(), property.type(),
					property.defaultValue()))
			.sorted()
			.toList();
	}

	/**
	 * Return the properties of the elements of lists, which the metadata leaves out.
	 */
	private static Stream<PropertiesPage.Entry> ofElements() throws IOException {
		return PropertiesPage.entries().stream().filter((property) -> property.name().contains("[n]"));
	}

	/**
	 * Return the values that the column {@code kind} may have.
	 */
	private static Stream<String> recordKinds() {
		Class<?> table = ClassUtils.resolveClassName("dev.startgate.lock.RecordTable", null);
		Class<?> notes = ClassUtils.resolveClassName("dev.startgate.lock.NoteTable", null);
		return Stream
			.concat(Stream.of(table.getDeclaredFields())
				.filter((field) -> Modifier.isStatic(field.getModifiers()))
				.filter((field) -> !Modifier.isPrivate(field.getModifiers()))
				.map((field) -> String.valueOf(ReflectionTestUtils.getField(table, field.getName()))),
					Stream.of(HolderNote.Kind.values())
						.map((kind) -> String.valueOf(ReflectionTestUtils.<Object>invokeMethod(notes, "name", kind))))
			.map("record kind "::concat)
			.sorted();
	}

	/**
	 * Return the fields of an answer, including those of the records in it.
	 */
	private static List<String> answer(String name, Class<?> record) {
		List<String> lines = new ArrayList<>();
		for (RecordComponent component : record.getRecordComponents()) {
			Type type = component.getGenericType();
			Class<?> own = (type instanceof ParameterizedType of
					&& of.getActualTypeArguments()[0] instanceof Class<?> in) ? in : component.getType();
			String field = name + "." + component.getName();
			lines.add(field + " (" + type.getTypeName() + ")");
			if (own.isRecord()) {
				lines.addAll(answer(field, own));
			}
		}
		return lines;
	}

	private static List<String> meters(MeterRegistry registry) {
		return registry.getMeters()
			.stream()
			.map((meter) -> "meter %s %s (%s, %s)".formatted(meter.getId().getName(),
					meter.getId().getTags().stream().map(ContractTests::described).toList(), meter.getId().getType(),
					meter.getId().getBaseUnit()))
			.filter((meter) -> meter.startsWith("meter startgate."))
			.sorted()
			.toList();
	}

	private static String described(Tag tag) {
		return tag.getKey() + "=" + tag.getValue();
	}

	private static List<String> columns(DataSource dataSource) throws SQLException {
		List<String> lines = new ArrayList<>();
		try (Connection connection = dataSource.getConnection();
				ResultSet columns = connection.getMetaData().getColumns(null, null, "startgate%", "%")) {
			while (columns.next()) {
				lines.add("column %s.%s %s(%d)%s".formatted(columns.getString("TABLE_NAME"),
						columns.getString("COLUMN_NAME"), columns.getString("TYPE_NAME"), columns.getInt("COLUMN_SIZE"),
						"NO".equals(columns.getString("IS_NULLABLE")) ? " not null" : ""));
			}
		}
		return lines;
	}

}
