package dev.startgate.sample;

import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Marks parcels that should have arrived by now, on one replica at a time.
 */
@Component
@ConditionalOnBooleanProperty(name = "parcels.clock.enabled", matchIfMissing = true)
class OverdueJob {

	private final ParcelRepository parcels;

	OverdueJob(ParcelRepository parcels) {
		this.parcels = parcels;
	}

	@Scheduled(fixedDelayString = "5s")
	@SchedulerLock(name = "overdue")
	void run() {
		this.parcels.markOverdue();
	}

}
