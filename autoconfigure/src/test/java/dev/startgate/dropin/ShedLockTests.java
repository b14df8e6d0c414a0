package dev.startgate.dropin;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import javax.sql.DataSource;

import dev.startgate.StartupGate;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that uses ShedLock itself, with a table from its own migrations.
 */
class ShedLockTests {

	@Test
	void theApplicationsOwnLocksWork() {
		try (Application application = new Application(true)) {
			application
				.file("sql/V3__shedlock.sql",
						"create table shedlock (name varchar(64) primary key, lock_until timestamp,"
								+ " locked_at timestamp, locked_by varchar(255))")
				.with(Scheduling.class)
				.start((context) -> {
					assertThat(context).hasSingleBean(LockProvider.class);
					Scheduling scheduling = context.getBean(Scheduling.class);
					assertThat(scheduling.ran.await(120, TimeUnit.SECONDS)).isTrue();
					assertThat(scheduling.openAtFirstRun).isTrue();
				});
			assertThat(application.jdbc().queryForList("select name from shedlock", String.class))
				.containsExactly("job");
		}
	}

	@EnableScheduling
	@EnableSchedulerLock(defaultLockAtMostFor = "1m")
	static class Scheduling {

		private final CountDownLatch ran = new CountDownLatch(1);

		private final StartupGate gate;

		private volatile boolean openAtFirstRun;

		Scheduling(StartupGate gate) {
			this.gate = gate;
		}

		@Bean
		static LockProvider lockProvider(DataSource dataSource) {
			return new JdbcTemplateLockProvider(dataSource);
		}

		@Bean
		Job job() {
			return new Job(this);
		}

		static class Job {

			private final Scheduling scheduling;

			Job(Scheduling scheduling) {
				this.scheduling = scheduling;
			}

			@Scheduled(fixedDelay = 1, timeUnit = TimeUnit.HOURS)
			@SchedulerLock(name = "job")
			public void run() {
				this.scheduling.openAtFirstRun = this.scheduling.gate.isOpen();
				this.scheduling.ran.countDown();
			}

		}

	}

}
