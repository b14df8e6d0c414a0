package dev.startgate.lock;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the identity of a server tells about a session.
 */
class DatabaseSessionTests {

	/** Began at 11:54:40.5. */
	private static final DatabaseSession SESSION = new DatabaseSession(7, "1795780480.5", "app",
			"42/up-since-2026-11-27T11:53:15.203358Z");

	@Test
	void aServerThatWasStartedAgainHasHadItsSessions() {
		assertThat(SESSION.isOf(SESSION.server())).isTrue();
		assertThat(SESSION.isOf("42/up-since-2026-11-27T11:54:47.153639Z")).isTrue();
	}

	@Test
	void aServerThatHasRunForLongerIsAnother() {
		assertThat(SESSION.isOf("42/up-since-2026-11-27T11:54:39.000000Z")).isFalse();
	}

	@Test
	void aServerThatWasPromotedHasHadTheSessionsOfTheOneItFollowed() {
		DatabaseSession session = new DatabaseSession(7, SESSION.began(), "app",
				"42/00000001/up-since-2026-11-27T11:53:15.203358Z");
		assertThat(session.isOf("42/00000002/up-since-2026-11-27T11:54:39.000000Z")).isTrue();
		assertThat(session.isOf("42/0000000A/up-since-2026-11-27T11:54:39.000000Z")).isTrue();
		assertThat(session.isOf("42/00000001/up-since-2026-11-27T11:54:39.000000Z")).isFalse();
		assertThat(session.isOf("43/00000002/up-since-2026-11-27T11:54:39.000000Z")).isFalse();
		assertThat(session.isOf("42/up-since-2026-11-27T11:54:39.000000Z")).isFalse();
		assertThat(SESSION.isOf("42/00000002/up-since-2026-11-27T11:54:39.000000Z")).isFalse();
		assertThat(session.isOf("42/00000001/up-since-2026-11-27T11:54:47.153639Z")).isTrue();
	}

	/**
	 * In a rolling update, replicas of a version without timelines read the session, too.
	 */
	@Test
	void aVersionWithoutTimelinesSeesTheSameServer() {
		DatabaseSession session = new DatabaseSession(7, SESSION.began(), "app",
				"42/00000001/up-since-2026-11-27T11:53:15.203358Z");
		assertThat(session.detail()).isEqualTo("app on timeline 00000001 on " + SESSION.server());
		assertThat(DatabaseSession.read(session.item(), session.detail())).isEqualTo(session);
		assertThat(DatabaseSession.read(SESSION.item(), SESSION.detail())).isEqualTo(SESSION);
		assertThat(session.isOn(SESSION.server())).isTrue();
		assertThat(SESSION.isOn(session.server())).isTrue();
		assertThat(SESSION.isOn("42/00000001/up-since-2026-11-27T11:54:47.153639Z")).isFalse();
		assertThat(session.isOn("42/00000002/up-since-2026-11-27T11:53:15.203358Z")).isFalse();
	}

	@Test
	void aServerOfAnotherClusterOrOfNoneThatIsKnownIsAnother() {
		assertThat(SESSION.isOf("43/up-since-2026-11-27T11:54:47.153639Z")).isFalse();
		assertThat(SESSION.isOf("up-since-2026-11-27T11:54:47.153639Z")).isFalse();
		assertThat(SESSION.isOf("db-2:3306/2")).isFalse();
	}

	/**
	 * The beginning is hidden, for example, after a {@code set role}.
	 */
	@Test
	void whereABeginningIsHiddenTheServerTells() {
		DatabaseSession hidden = new DatabaseSession(7, "", "app", SESSION.server());
		String restarted = "42/up-since-2026-11-27T11:54:47.153639Z";
		assertThat(DatabaseSession.read(hidden.item(), hidden.detail())).isEqualTo(hidden);
		assertThat(DatabaseSession.read("7@null", hidden.detail())).isEqualTo(hidden);
		assertThat(hidden.isOf(restarted)).isTrue();
		assertThat(hidden.isOf("42/up-since-2026-11-27T11:53:10.000000Z")).isFalse();
		assertThat(hidden.mayBe(SESSION)).isTrue();
		assertThat(hidden.mayBe(new DatabaseSession(7, "1795780490.5", "app", restarted))).isFalse();
		assertThat(hidden.mayBe(new DatabaseSession(7, "1795780490.5", "app", ""))).isTrue();
	}

}
