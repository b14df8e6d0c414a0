package dev.startgate.dropin;

import com.zaxxer.hikari.HikariDataSource;
import dev.startgate.StartupGate;
import dev.startgate.testing.BootAutoConfigurations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * HSQLDB does not show its sessions, and its driver knows no time-out for answers. Asking
 * for one is an error, after which HikariCP closes the connection.
 */
@ExtendWith(OutputCaptureExtension.class)
class HsqldbTests {

	@Test
	void itIsMigratedUnderTheLeaseAndAWarningSaysWhatIsMissing(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(BootAutoConfigurations.with())
			.withPropertyValues("spring.datasource.url=jdbc:hsqldb:mem:parcels", "spring.datasource.username=sa",
					"spring.flyway.locations=classpath:db/jpa")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context).hasSingleBean(HikariDataSource.class);
				assertThat(context.getBean(StartupGate.class).isOpen()).isTrue();
				assertThat(context.getBean(JdbcTemplate.class)
					.queryForObject("select count(*) from \"startgate_lock\"", Long.class)).isOne();
			});
		assertThat(output).contains("On 'HSQL Database Engine' a replica that has lost its lease is not stopped");
	}

}
