package dev.startgate.actuate;

import java.util.Locale;

import dev.startgate.GateSnapshot.Step;

/**
 * What a step is about: few kinds, however many steps there are.
 */
enum StepKind {

	/** Waiting for the database to be there. */
	REACH("reach ", "#7d8590"),

	/** Looking at what there is to do. */
	LOOK("look at ", "#7d8590"),

	/** Waiting for others. */
	WAIT("wait for ", "#b7791f"),

	/** All the work under one lease, of which other steps are parts. */
	PERFORM("perform ", "#7d8590"),

	/** One migration. */
	MIGRATE("migrate ", "#3b82d6"),

	/** Applying one source of metadata. */
	APPLY("apply metadata ", "#8b5cf6"),

	/** Waiting until one condition has settled. */
	SETTLE("settle ", "#0f9488"),

	/** Anything else. */
	OTHER("", "#7d8590");

	private final String prefix;

	private final String colour;

	StepKind(String prefix, String colour) {
		this.prefix = prefix;
		this.colour = colour;
	}

	static StepKind of(Step step) {
		for (StepKind kind : values()) {
			if (step.name().startsWith(kind.prefix)) {
				return kind;
			}
		}
		return OTHER;
	}

	/**
	 * Return a step's name without what all of its kind have in common.
	 */
	String subject(Step step) {
		return step.name().substring(this.prefix.length());
	}

	String colour() {
		return this.colour;
	}

	/**
	 * Return the value of the tag of metrics.
	 */
	String tag() {
		return name().toLowerCase(Locale.ROOT);
	}

}
