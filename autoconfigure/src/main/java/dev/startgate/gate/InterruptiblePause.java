package dev.startgate.gate;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Pauses without a timed wait: at SIGTERM Spring interrupts the thread that starts the
 * application only if it waits without a time limit
 * ({@code AbstractApplicationContext.close()}). Another thread ends the pause.
 */
public final class InterruptiblePause implements Pause {

	private final ScheduledExecutorService scheduler;

	public InterruptiblePause(ScheduledExecutorService scheduler) {
		this.scheduler = scheduler;
	}

	@Override
	public void pause(Duration duration) throws InterruptedException {
		Semaphore over = new Semaphore(0);
		this.scheduler.schedule((Runnable) over::release, duration.toNanos(), TimeUnit.NANOSECONDS);
		over.acquire();
	}

}
