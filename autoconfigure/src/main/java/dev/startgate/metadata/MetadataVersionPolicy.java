package dev.startgate.metadata;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

import dev.startgate.MetadataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a version of metadata is applied over the last one. By default a newer
 * version is not replaced by an older one.
 */
final class MetadataVersionPolicy {

	private static final Logger logger = LoggerFactory.getLogger(MetadataVersionPolicy.class);

	private final boolean applyOlder;

	private final BooleanSupplier schemaIsNewer;

	private final Set<String> said = ConcurrentHashMap.newKeySet();

	/**
	 * Create a new object.
	 * @param applyOlder whether older metadata is applied, too
	 * @param schemaIsNewer whether a history has migrations that this application does
	 * not bring, so that the application is an old one; asked only if nothing else
	 * decides
	 */
	MetadataVersionPolicy(boolean applyOlder, BooleanSupplier schemaIsNewer) {
		this.applyOlder = applyOlder;
		this.schemaIsNewer = schemaIsNewer;
	}

	boolean isPending(MetadataSource source, Map<String, String> recorded) {
		MetadataVersion stamp = MetadataVersion.of(source);
		String last = recorded.get(source.name());
		if (last == null) {
			return true;
		}
		MetadataVersion applied = MetadataVersion.read(last);
		if (applied.version().equals(stamp.version())) {
			return false;
		}
		if (this.applyOlder || !isOlder(stamp, applied)) {
			return true;
		}
		if (this.said.add(source.name())) {
			logger.info("Metadata '{}' stays at version '{}': version '{}' of this replica is older", source.name(),
					applied.version(), stamp.version());
		}
		return false;
	}

	private boolean isOlder(MetadataVersion stamp, MetadataVersion applied) {
		return (stamp.order() != applied.order()) ? stamp.order() < applied.order() : this.schemaIsNewer.getAsBoolean();
	}

}
