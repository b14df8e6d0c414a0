package dev.startgate.initializer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.DirectFieldAccessor;
import org.springframework.boot.sql.init.AbstractScriptDatabaseInitializer;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.boot.sql.init.DatabaseInitializationSettings;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.io.support.ResourcePatternResolver;
import org.springframework.core.io.support.ResourcePatternUtils;
import org.springframework.jdbc.datasource.init.ScriptUtils;

/**
 * Reads what a script initializer of Spring Boot is going to run.
 */
final class ScriptInitialization {

	private static final String OPTIONAL = "optional:";

	/** A statement that begins with drop or truncate, perhaps after comments. */
	private static final String TAKES_AWAY = "(?:\\A|;|%s)(?:\\s|(?:--|#)[^\\n]*+(?:\\n|\\z)|/\\*.*?\\*/)*+"
			+ "(?:drop|truncate)\\s";

	private static final String SPRING_BOOT = "org.springframework.boot.";

	private ScriptInitialization() {
	}

	/**
	 * Return what an initializer runs. One for embedded databases only is not
	 * coordinated, since no other replica has that database. An initializer class of the
	 * application may do more than run its scripts, so that it is never left out.
	 * @return what it runs, empty if it runs nothing that can be known beforehand
	 */
	static Optional<Initialization> of(AbstractScriptDatabaseInitializer initializer) {
		DirectFieldAccessor fields = new DirectFieldAccessor(initializer);
		if (KnownInitializers.read(fields, "settings") instanceof DatabaseInitializationSettings settings
				&& settings.getMode() == DatabaseInitializationMode.ALWAYS
				&& KnownInitializers.read(fields, "dataSource") instanceof DataSource dataSource) {
			try {
				List<byte[]> scripts = scripts(settings,
						(ResourceLoader) KnownInitializers.read(fields, "resourceLoader"));
				return scripts.isEmpty() ? Optional.empty()
						: Optional.of(Initialization.of(dataSource, scripts, takesAway(scripts, settings.getSeparator())
								&& initializer.getClass().getName().startsWith(SPRING_BOOT)));
			}
			catch (IOException ex) {
				return Optional.empty();
			}
		}
		return Optional.empty();
	}

	private static List<byte[]> scripts(DatabaseInitializationSettings settings, @Nullable ResourceLoader loader)
			throws IOException {
		ResourcePatternResolver resolver = ResourcePatternUtils.getResourcePatternResolver(loader);
		List<byte[]> scripts = new ArrayList<>();
		for (String location : Stream.of(settings.getSchemaLocations(), settings.getDataLocations())
			.flatMap((locations) -> Stream.ofNullable(locations).flatMap(List::stream))
			.toList()) {
			for (Resource resource : resolver
				.getResources(location.startsWith(OPTIONAL) ? location.substring(OPTIONAL.length()) : location)) {
				if (resource.isReadable()) {
					scripts.add(resource.getContentAsByteArray());
				}
			}
		}
		return scripts;
	}

	/**
	 * A script without the separator is taken apart at the ends of its lines
	 * ({@link ScriptUtils#executeSqlScript}).
	 */
	private static boolean takesAway(List<byte[]> scripts, String separator) {
		return scripts.stream().map((script) -> new String(script, StandardCharsets.UTF_8)).anyMatch((script) -> {
			boolean lines = !script.contains(separator) && !separator.equals(ScriptUtils.EOF_STATEMENT_SEPARATOR);
			return Pattern
				.compile(
						TAKES_AWAY
							.formatted(Pattern.quote(lines ? ScriptUtils.FALLBACK_STATEMENT_SEPARATOR : separator)),
						Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
				.matcher(script)
				.find();
		});
	}

}
