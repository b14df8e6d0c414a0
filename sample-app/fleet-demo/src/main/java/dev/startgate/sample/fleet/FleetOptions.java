package dev.startgate.sample.fleet;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.SimpleCommandLinePropertySource;

/**
 * What can be asked of the demo.
 *
 * @param replicas how many replicas are started
 * @param port the port of the first one; the others follow
 * @param exit whether to end after the summary
 * @param killHolderAfter how long the replica that migrates first may do so before it is
 * killed, {@code null} if it may finish
 * @param timeout how long the start of the fleet may take
 * @param forReplicas properties for the replicas
 */
record FleetOptions(int replicas, int port, boolean exit, @Nullable Duration killHolderAfter, Duration timeout,
		List<String> forReplicas) {

	private static final String PREFIX = "fleet.";

	private static final String USAGE = """
			Options:
			  --fleet.replicas=3            how many replicas
			  --fleet.port=8081             port of the first replica; the others follow
			  --fleet.exit=true             end after the summary, with 0 if all of it is true, otherwise with 1
			  --fleet.kill-holder-after=2s  kill the replica that migrates, so long after it began
			  --fleet.timeout=3m            how long the start of the fleet may take
			Any other property, such as --startgate.lock.lease=5s, is handed to the replicas.""";

	private static final Set<String> NAMES = new TreeSet<>(
			Set.of("replicas", "port", "exit", "kill-holder-after", "timeout"));

	FleetOptions {
		if (replicas < 1) {
			throw new FleetException("--fleet.replicas is " + replicas + ", but a fleet has at least one replica");
		}
		if (port < 1 || port + replicas - 1 > 65535) {
			throw new FleetException("--fleet.port=" + port + " leaves no port for each of " + replicas + " replicas");
		}
	}

	static FleetOptions parse(String[] args) {
		SimpleCommandLinePropertySource options = new SimpleCommandLinePropertySource(args);
		for (String name : options.getPropertyNames()) {
			if (name.startsWith(PREFIX) && !NAMES.contains(name.substring(PREFIX.length()))) {
				throw new FleetException("There is no option --" + name + "\n\n" + USAGE);
			}
		}
		List<String> forReplicas = Arrays.stream(args).filter((arg) -> !arg.startsWith("--" + PREFIX)).toList();
		return new FleetOptions(value(options, "replicas", Integer.class, "3"),
				value(options, "port", Integer.class, "8081"), value(options, "exit", Boolean.class, "false"),
				options.containsProperty(PREFIX + "kill-holder-after")
						? value(options, "kill-holder-after", Duration.class, "") : null,
				value(options, "timeout", Duration.class, "3m"), forReplicas);
	}

	private static <T> T value(SimpleCommandLinePropertySource options, String name, Class<T> type,
			String defaultValue) {
		String given = options.getProperty(PREFIX + name);
		T value = convert((given != null) ? given : defaultValue, type);
		if (value == null) {
			throw new FleetException("--fleet." + name + "=" + given + " is not understood\n\n" + USAGE);
		}
		return value;
	}

	private static <T> @Nullable T convert(String value, Class<T> type) {
		try {
			return ApplicationConversionService.getSharedInstance().convert(value, type);
		}
		catch (ConversionException ex) {
			return null;
		}
	}

}
