package dev.startgate.mode;

import java.util.concurrent.CountDownLatch;

import dev.startgate.testing.Started;
import dev.startgate.testing.WebModules;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * An application that does something by itself, and has a thread that nobody ends.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@Import(WebModules.class)
public class RoleApplication {

	static final String FIRST = "start of the first lifecycle bean";

	static final String TICK = "tick of the scheduler";

	static final String DELIVERY = "delivery to a listener";

	static final String RUN = "run of the runner";

	public static void main(String[] args) {
		SpringApplication.run(RoleApplication.class, args);
	}

	@Bean
	Thread unending() {
		Thread thread = new Thread(() -> {
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				// the thread ends
			}
		}, "unending");
		thread.start();
		return thread;
	}

	@Bean
	ApplicationRunner runner() {
		return (arguments) -> System.out.println(RUN);
	}

	@Bean
	Started first() {
		return new Started(Integer.MIN_VALUE, () -> System.out.println(FIRST));
	}

	/**
	 * Starts in the phase of listener containers.
	 */
	@Bean
	Started deliveries() {
		return new Started(SmartLifecycle.DEFAULT_PHASE, () -> System.out.println(DELIVERY));
	}

	@Bean
	Ticks ticks(JdbcTemplate jdbc) {
		return new Ticks(jdbc);
	}

	/**
	 * Its creation begins after the migrations, and never ends.
	 */
	@Bean
	@ConditionalOnProperty("role.hangs")
	Ticks hanging(JdbcTemplate jdbc) throws InterruptedException {
		while (true) {
			Thread.sleep(100);
		}
	}

	static class Ticks {

		private final JdbcTemplate jdbc;

		Ticks(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@Scheduled(fixedRate = 100)
		void tick() {
			System.out.println(TICK + " " + this.jdbc.queryForObject("select count(*) from parcel", Long.class));
		}

	}

}
