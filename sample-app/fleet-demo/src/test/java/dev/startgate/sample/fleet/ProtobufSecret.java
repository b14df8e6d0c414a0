package dev.startgate.sample.fleet;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A Secret as clients written in Go send it. They understand JSON as an answer.
 */
final class ProtobufSecret {

	private static final byte[] MAGIC = { 'k', '8', 's', 0 };

	private ProtobufSecret() {
	}

	static Map<String, Object> read(byte[] message) {
		ByteBuffer envelope = ByteBuffer.wrap(message, MAGIC.length, message.length - MAGIC.length);
		Map<Integer, List<ByteBuffer>> secret = fields(fields(envelope).get(2).get(0));
		Map<Integer, List<ByteBuffer>> metadata = fields(secret.get(1).get(0));
		Map<String, String> labels = new TreeMap<>();
		entries(metadata.get(11)).forEach((key, value) -> labels.put(key, new String(value, StandardCharsets.UTF_8)));
		Map<String, Object> json = new LinkedHashMap<>(Map.of("kind", "Secret", "apiVersion", "v1"));
		json.put("metadata", Map.of("name", text(metadata.get(1).get(0)), "labels", labels));
		json.put("type", text(secret.get(3).get(0)));
		json.put("data", entries(secret.get(2)));
		return json;
	}

	private static Map<String, byte[]> entries(List<ByteBuffer> entries) {
		Map<String, byte[]> map = new TreeMap<>();
		entries.stream()
			.map(ProtobufSecret::fields)
			.forEach((entry) -> map.put(text(entry.get(1).get(0)), bytes(entry.get(2).get(0))));
		return map;
	}

	/**
	 * Return those fields that are messages or text, by number.
	 */
	private static Map<Integer, List<ByteBuffer>> fields(ByteBuffer message) {
		Map<Integer, List<ByteBuffer>> fields = new TreeMap<>();
		while (message.hasRemaining()) {
			int tag = number(message);
			int number = number(message);
			if ((tag & 7) == 2) {
				fields.computeIfAbsent(tag >>> 3, (key) -> new ArrayList<>())
					.add(message.slice(message.position(), number));
				message.position(message.position() + number);
			}
		}
		return fields;
	}

	private static int number(ByteBuffer message) {
		int number = 0;
		for (int shift = 0;; shift += 7) {
			byte part = message.get();
			number |= (part & 0x7f) << shift;
			if (part >= 0) {
				return number;
			}
		}
	}

	private static String text(ByteBuffer field) {
		return new String(bytes(field), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(ByteBuffer field) {
		byte[] bytes = new byte[field.remaining()];
		field.duplicate().get(bytes);
		return bytes;
	}

}
