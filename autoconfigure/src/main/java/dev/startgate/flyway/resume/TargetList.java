package dev.startgate.flyway.resume;

import java.util.ArrayList;
import java.util.List;

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
		this.targets.add(again ? target.with(Effect.CHANGES) : target);
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
	 */
	boolean renamed(String type) {
		do {
			if (!named(type, Effect.DISAPPEARS) || !this.reader.accept("to") || !named(type, Effect.APPEARS)) {
				return false;
			}
		}
		while (this.reader.accept(","));
		return true;
	}

	/**
	 * Return the new name, {@code null} if the table would move to the present schema.
	 */
	static @Nullable QualifiedName inSchemaOf(QualifiedName from, @Nullable QualifiedName to) {
		return (from.schema() != null && to != null && to.schema() == null) ? null : to;
	}

}
