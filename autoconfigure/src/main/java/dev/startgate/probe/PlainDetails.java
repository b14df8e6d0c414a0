package dev.startgate.probe;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Turns records in details into maps, as in the JSON of the health endpoint.
 */
final class PlainDetails {

	private PlainDetails() {
	}

	private static void put(Map<String, Object> plain, String name, @Nullable Object value) {
		if (value != null) {
			plain.put(name, plain(value));
		}
	}

	/**
	 * Return the same value with maps in place of records.
	 */
	static Object plain(Object value) {
		if (value instanceof Map<?, ?> map) {
			Map<String, Object> plain = new LinkedHashMap<>();
			map.forEach((name, each) -> put(plain, name.toString(), each));
			return plain;
		}
		if (value instanceof Collection<?> values) {
			return values.stream().map(PlainDetails::plain).toList();
		}
		return (value instanceof Record given) ? components(given) : value;
	}

	private static Map<String, Object> components(Record value) {
		Map<String, Object> plain = new LinkedHashMap<>();
		for (RecordComponent component : value.getClass().getRecordComponents()) {
			put(plain, component.getName(), read(value, component));
		}
		return plain;
	}

	private static @Nullable Object read(Record value, RecordComponent component) {
		try {
			return component.getAccessor().invoke(value);
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			throw new IllegalStateException("'" + component + "' can't be read", ex);
		}
	}

}
