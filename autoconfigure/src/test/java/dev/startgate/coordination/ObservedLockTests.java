package dev.startgate.coordination;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import dev.startgate.GateSnapshot.Holder;
import dev.startgate.testing.ManualTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;

/**
 * What a waiting replica learns of those that migrate, or that should.
 */
class ObservedLockTests {

	private static final String NOBODY = "; no replica has the lock, so perhaps none that migrates is running";

	private final ManualTime time = new ManualTime();

	private final Lock lock = mock();

	private final ObservedLock followed = new ObservedLock(() -> this.lock, this.time);

	@BeforeEach
	void nobody() {
		given(this.lock.look()).willReturn(Lock.View.NOBODY);
		given(this.lock.read(HolderNote.Kind.TROUBLE)).willReturn(List.of());
	}

	@Test
	void thatNobodyHasTheLockIsSaidAfterAWhile() {
		look();
		assertThat(look()).isEmpty();
		this.time.pass(Duration.ofSeconds(10));
		assertThat(look()).isEqualTo(NOBODY);
		given(this.lock.look()).willReturn(held(7));
		assertThat(look()).isEmpty();
		given(this.lock.look()).willReturn(Lock.View.NOBODY);
		assertThat(look()).as("between two sections").isEmpty();
		assertThat(this.followed.lastHolder()).isNotNull();
	}

	@Test
	void nothingIsSaidOfALockThatCannotBeSeen() {
		given(this.lock.look()).willThrow(new IllegalStateException("no right to read"));
		look();
		this.time.pass(Duration.ofSeconds(20));
		assertThat(look()).isEmpty();
		then(this.lock).should(times(1)).look();
	}

	@Test
	void aFailureIsSaidAndNotReadAtEachLook() {
		given(this.lock.look()).willReturn(held(7));
		look();
		assertThat(look()).isEmpty();
		given(this.lock.look()).willReturn(Lock.View.NOBODY);
		given(this.lock.read(HolderNote.Kind.TROUBLE)).willReturn(List.of(new HolderNote(HolderNote.Kind.TROUBLE,
				"work", "V3 failed: too bad", "web-1", 7, Instant.EPOCH.plusMillis(7), "")));
		assertThat(look()).isEqualTo("; replica 'web-1' failed at 1970-01-01T00:00:00Z: V3 failed: too bad");
		look();
		then(this.lock).should(times(2)).read(HolderNote.Kind.TROUBLE);
		given(this.lock.read(HolderNote.Kind.TROUBLE)).willReturn(List.of());
		this.time.pass(Duration.ofSeconds(10));
		assertThat(look()).isEqualTo(NOBODY);
	}

	private String look() {
		this.followed.look();
		return this.followed.concern();
	}

	private static Lock.View held(long generation) {
		return new Lock.View(new Holder("web-1", generation, Instant.EPOCH, Instant.EPOCH), null, false);
	}

}
