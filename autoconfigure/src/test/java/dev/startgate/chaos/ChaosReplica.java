package dev.startgate.chaos;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

import dev.startgate.GateOpenedEvent;
import dev.startgate.StartupGate;
import dev.startgate.autoconfigure.StartgateAutoConfiguration;
import dev.startgate.autoconfigure.StartgateDisabledAutoConfiguration;
import dev.startgate.autoconfigure.StartgateFlywayAutoConfiguration;
import dev.startgate.chaos.Journal.What;
import dev.startgate.testing.Started;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.NestedRuntimeException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * The application of a replica, which is as small as possible. It has a scheduler and a
 * bean that starts when listener containers do.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@ImportAutoConfiguration({ DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class,
		FlywayAutoConfiguration.class, StartgateAutoConfiguration.class, StartgateDisabledAutoConfiguration.class,
		StartgateFlywayAutoConfiguration.class })
class ChaosReplica {

	private static final int PHASE_OF_KAFKA = Integer.MAX_VALUE - 100;

	private static final int TOLD_TICKS = 3;

	private final AtomicInteger ticks = new AtomicInteger();

	private final StartupGate gate;

	private final JdbcTemplate jdbc;

	ChaosReplica(StartupGate gate, JdbcTemplate jdbc) {
		this.gate = gate;
		this.jdbc = jdbc;
	}

	private static Journal journal() {
		return new Journal(Path.of(System.getProperty(Journal.PROPERTY)));
	}

	@Bean
	static GateWatch gateWatch() {
		return new GateWatch(journal()::follow);
	}

	@Bean
	static V3__Insert_in_steps insertInSteps() {
		return new V3__Insert_in_steps();
	}

	/**
	 * A bean that starts in the phase of Kafka's listener containers, in which they would
	 * get their first record.
	 */
	@Bean
	Started listenerStandIn() {
		return new Started(PHASE_OF_KAFKA, () -> journal().append(What.LISTENER, seen()));
	}

	@Scheduled(fixedDelay = 100)
	void tick() {
		if (this.ticks.incrementAndGet() <= TOLD_TICKS || !this.gate.isOpen()) {
			journal().append(What.TICK, seen());
		}
	}

	@EventListener
	void opened(GateOpenedEvent event) {
		journal().append(What.OPENED, this.gate.snapshot().state().name());
	}

	@EventListener
	void ready(ApplicationReadyEvent event) {
		journal().append(What.READY, this.gate.snapshot().state().name());
	}

	/**
	 * Return the state of the gate, and how many migrations the database has recorded.
	 */
	private String seen() {
		String state = this.gate.snapshot().state().name();
		try {
			return state + " " + this.jdbc.queryForObject("select count(*) from flyway_schema_history where success",
					Integer.class);
		}
		catch (NestedRuntimeException ex) {
			return state + " ?";
		}
	}

	public static void main(String[] args) {
		ParentWatch.start();
		SpringApplication.run(ChaosReplica.class, args);
	}

}
