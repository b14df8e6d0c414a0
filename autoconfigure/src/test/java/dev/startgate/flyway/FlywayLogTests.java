package dev.startgate.flyway;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.startgate.flyway.FlywayLog.Quiet;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogFactory;
import org.flywaydb.core.internal.command.DbMigrate;
import org.flywaydb.core.internal.database.base.Database;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FlywayLog}.
 */
class FlywayLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger("org.flywaydb");

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final Configuration configuration = new Flyway(Flyway.configure()).getConfiguration();

	private final Log database = LogFactory.getLog(Database.class);

	private final Log migrate = LogFactory.getLog(DbMigrate.class);

	@BeforeEach
	void listen() {
		this.appender.start();
		this.logger.addAppender(this.appender);
		this.logger.setLevel(Level.DEBUG);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.appender);
		this.logger.setLevel(null);
	}

	@Test
	void whatTheApplicationHasNotAskedIsNoMoreThanDebug() {
		quietly(Quiet.EVERYTHING, () -> {
			this.database.warn("Upgrade recommended");
			this.migrate.info("Up to date");
			this.migrate.error("Broken");
		});
		this.database.warn("Upgrade recommended");
		this.migrate.info("Migrating");
		assertThat(logged()).containsExactly("DEBUG Upgrade recommended", "DEBUG Up to date", "ERROR Broken",
				"WARN Upgrade recommended", "INFO Migrating");
	}

	@Test
	void aSecondFlywaySaysNothingMoreAboutTheDatabase() {
		quietly(Quiet.DATABASE, () -> {
			this.database.warn("Upgrade recommended");
			this.migrate.info("Migrating");
		});
		assertThat(logged()).containsExactly("DEBUG Upgrade recommended", "INFO Migrating");
	}

	@Test
	void otherThreadsAreHeardMeanwhile() {
		quietly(Quiet.EVERYTHING, () -> {
			CompletableFuture.runAsync(() -> this.migrate.info("Migrating elsewhere")).join();
			quietly(Quiet.DATABASE, () -> this.migrate.info("Migrating here"));
			this.migrate.info("Up to date");
		});
		assertThat(logged()).containsExactly("INFO Migrating elsewhere", "INFO Migrating here", "DEBUG Up to date");
	}

	private void quietly(Quiet quiet, Runnable call) {
		FlywayLog.with(this.configuration, quiet, () -> {
			call.run();
			return true;
		});
	}

	private List<String> logged() {
		return this.appender.list.stream()
			.map((event) -> event.getLevel() + " " + event.getFormattedMessage())
			.toList();
	}

}
