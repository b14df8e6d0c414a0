package dev.startgate.deferral;

import org.junit.jupiter.api.Test;

import org.springframework.batch.core.job.Job;
import org.springframework.batch.core.job.builder.JobBuilder;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.builder.StepBuilder;
import org.springframework.batch.infrastructure.repeat.RepeatStatus;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchAutoConfiguration;
import org.springframework.boot.batch.autoconfigure.BatchJobLauncherAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A job of Spring Batch that runs at start.
 */
class BatchTests {

	@Test
	void withoutStartgateTheJobRunsTooEarly() {
		try (SmallApplication application = new SmallApplication(Application.class).startWithout()) {
			assertThat(application.calls().early()).containsExactly("step");
			assertThat(application.hold().asked()).isZero();
		}
	}

	@Test
	void jobRunsOnceTheGateIsOpen() {
		try (SmallApplication application = new SmallApplication(Application.class).start()) {
			assertThat(application.calls().all()).containsExactly("step");
			assertThat(application.calls().early()).isEmpty();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ BatchAutoConfiguration.class, BatchJobLauncherAutoConfiguration.class })
	static class Application {

		@Bean
		Job job(JobRepository repository, Calls calls) {
			return new JobBuilder("job", repository)
				.start(new StepBuilder("step", repository).tasklet((contribution, context) -> {
					calls.add("step");
					return RepeatStatus.FINISHED;
				}).build())
				.build();
		}

	}

}
