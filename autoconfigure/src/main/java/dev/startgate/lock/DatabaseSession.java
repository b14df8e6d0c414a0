package dev.startgate.lock;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A session of the database, identified beyond doubt: another session may get its number
 * later, but never with the same beginning.
 *
 * @param id the number by which the database ends it
 * @param began when it, or the server, began, in the words of the database
 * @param user whose session it is
 * @param server the only server that can see and end it, empty if nobody has recorded it
 */
record DatabaseSession(long id, String began, String user, String server) {

	private static final char SEPARATOR = '@';

	private static final String ON = " on ";

	/**
	 * What earlier versions recorded if a session could not see its own beginning.
	 */
	private static final String HIDDEN = "null";

	private static final String ON_TIMELINE = " on timeline ";

	/** What stands before the time at which a server was started, if it is known. */
	static final String SINCE = "up-since-";

	/** A timeline always has eight digits. */
	private static final Pattern OF_CLUSTER = Pattern
		.compile("(?<cluster>\\d+)/(?:(?<timeline>\\p{XDigit}{8})/)?" + SINCE + "(?<since>.+)");

	/**
	 * Read what was recorded.
	 * @param item the number and the beginning
	 * @param detail the user, the timeline if one is known, and the server
	 * @return the session, {@code null} if it is not one that others can see
	 */
	static @Nullable DatabaseSession read(String item, @Nullable String detail) {
		int separator = item.indexOf(SEPARATOR);
		if (separator <= 0) {
			return null;
		}
		String where = (detail != null) ? detail : "";
		int on = where.lastIndexOf(ON);
		String user = (on >= 0) ? where.substring(0, on) : where;
		String server = (on >= 0) ? where.substring(on + ON.length()) : "";
		int timeline = user.lastIndexOf(ON_TIMELINE);
		if (timeline >= 0) {
			server = server.replace("/" + SINCE, "/" + user.substring(timeline + ON_TIMELINE.length()) + "/" + SINCE);
			user = user.substring(0, timeline);
		}
		String began = item.substring(separator + 1);
		return new DatabaseSession(Long.parseLong(item.substring(0, separator)), HIDDEN.equals(began) ? "" : began,
				user, server);
	}

	/**
	 * Return whether the session is on a server, as far as that is known. If only one of
	 * the two names a timeline, the cluster and the time of the start decide.
	 */
	boolean isOn(String server) {
		Matcher now = OF_CLUSTER.matcher(server);
		Matcher then = OF_CLUSTER.matcher(this.server);
		return this.server.equals(server) || (now.matches() && then.matches()
				&& now.group("cluster").equals(then.group("cluster")) && now.group("since").equals(then.group("since"))
				&& (now.group("timeline") == null || then.group("timeline") == null));
	}

	/**
	 * Return whether the session is on a server, or was there before that server was
	 * restarted or promoted. Nothing that the session still does elsewhere then reaches
	 * this server. A server of the same cluster and timeline that has run for longer than
	 * the session is another one.
	 */
	boolean isOf(String server) {
		Matcher now = OF_CLUSTER.matcher(server);
		Matcher then = OF_CLUSTER.matcher(this.server);
		return isOn(server) || (now.matches() && then.matches() && now.group("cluster").equals(then.group("cluster"))
				&& (isLater(now.group("timeline"), then.group("timeline"))
						|| began(then.group("since")).compareTo(seconds(Instant.parse(now.group("since")))) < 0));
	}

	/**
	 * A session whose beginning is hidden is as old as its server at most.
	 */
	private BigDecimal began(String since) {
		return this.began.isEmpty() ? seconds(Instant.parse(since)) : seconds(this.began);
	}

	private static boolean isLater(@Nullable String timeline, @Nullable String than) {
		return timeline != null && than != null && timeline.compareTo(than) > 0;
	}

	private static BigDecimal seconds(String epoch) {
		return new BigDecimal(epoch);
	}

	private static BigDecimal seconds(Instant instant) {
		return BigDecimal.valueOf(instant.getEpochSecond()).add(BigDecimal.valueOf(instant.getNano(), 9));
	}

	/**
	 * Return whether this may be the same session as another: a number may be reused. If
	 * a beginning is hidden, the servers are compared instead.
	 */
	boolean mayBe(DatabaseSession other) {
		if (this.began.isEmpty() || other.began.isEmpty()) {
			return this.id == other.id && (this.server.isEmpty() || other.server.isEmpty() || isOn(other.server));
		}
		return this.id == other.id && this.began.equals(other.began);
	}

	/**
	 * Return the item under which the session is recorded.
	 */
	String item() {
		return this.id + String.valueOf(SEPARATOR) + this.began;
	}

	/**
	 * Return the detail that is recorded with the item. The timeline stands before the
	 * server, where a version of Startgate without timelines takes it for a part of the
	 * user.
	 */
	String detail() {
		Matcher matcher = OF_CLUSTER.matcher(this.server);
		String timeline = matcher.matches() ? matcher.group("timeline") : null;
		return (timeline == null) ? this.user + ON + this.server
				: this.user + ON_TIMELINE + timeline + ON + this.server.replace("/" + timeline + "/", "/");
	}

}
