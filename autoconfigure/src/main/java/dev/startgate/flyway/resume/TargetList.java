package dev.startgate.flyway.resume;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import dev.startgate.flyway.resume.Target.Effect;
import dev.startgate.flyway.resume.TokenReader.QualifiedName;
import org.jspecify.annotations.Nullable;

/**
 * Collects what a statement is to change, while it is read.
 */
final class TargetList {

	private final TokenReader reader;

	private final List<Target> targets = new ArrayList<>();

	TargetList(TokenReader reader) {
		this.reader = reader;
	}

	List<Target> all() {
		return List.copyOf(this.targets);
	}

	/**
	 * Add what is named next.
	 * @return whether there is a name
	 */
	boolean named(String type, Effect effect) {
		return add(type, this.reader.name(), effect);
	}

	/**
	 * Add something. A target that disappears and appears again counts as changed.
	 */
	boolean add(String type, @Nullable QualifiedName name, Effect effect) {
		if (name == null) {
			return false;
		}
		Target target = new Target(type, name.schema(), name.name(), effect);
		boolean again = this.targets.removeIf((one) -> one.key().equals(target.key()));
		this.targets.add(again ? target.changed() : target);
		return true;
	}

	/**
	 * Add all that are named with commas in between.
	 */
	boolean dropped(String type) {
		do {
			if (!named(type, Effect.DISAPPEARS)) {
				return false;
			}
		}
		while (this.reader.accept(","));
		return true;
	}

	/**
	 * Add all that are named as old and new names.
	 * @return whether these are names, and none of them may be an earlier one in another
	 * form
	 */
	boolean renamed(String type) {
		do {
			List<Target> earlier = all();
			QualifiedName from = this.reader.name();
			if (!add(type, from, Effect.DISAPPEARS) || !this.reader.accept("to")) {
				return false;
			}
			QualifiedName to = this.reader.name();
			if (!add(type, to, Effect.APPEARS) || mayBeOneOf(earlier, from) || mayBeOneOf(earlier, to)) {
				return false;
			}
		}
		while (this.reader.accept(","));
		return true;
	}

	/**
	 * Return whether a name may be an earlier one, written with its schema or in another
	 * case. A server may not distinguish the case.
	 */
	private static boolean mayBeOneOf(List<Target> earlier, @Nullable QualifiedName name) {
		String schema = (name != null) ? name.schema() : null;
		return name != null && earlier.stream()
			.anyMatch((one) -> one.name().equalsIgnoreCase(name.name())
					&& (schema == null || one.schema() == null || schema.equalsIgnoreCase(one.schema()))
					&& !(one.name().equals(name.name()) && Objects.equals(one.schema(), schema)));
	}

	/**
	 * Return the new name, {@code null} if the table would move to the present schema.
	 */
	static @Nullable QualifiedName inSchemaOf(QualifiedName from, @Nullable QualifiedName to) {
		return (from.schema() != null && to != null && to.schema() == null) ? null : to;
	}

}
