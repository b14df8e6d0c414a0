package dev.startgate.initializer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.startgate.testing.BootAutoConfigurations;
import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.EnvironmentAware;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.util.ClassUtils;

/**
 * Starts an application with one {@link Initializer} each time its process gets a line
 * with properties.
 */
@Configuration(proxyBeanMethods = false)
@AutoConfigurationPackage
@Import({ InitializedApplication.Modules.class, InitializedApplication.Beans.class })
class InitializedApplication {

	private static final int JOBS = 20;

	private static final BufferedReader LINES = new BufferedReader(
			new InputStreamReader(System.in, StandardCharsets.UTF_8));

	public static void main(String[] arguments) throws IOException {
		Complaints complaints = new Complaints();
		complaints.start();
		Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		root.setLevel(Level.WARN);
		root.addAppender(complaints);
		answer("READY");
		ConfigurableApplicationContext context = null;
		for (String line = LINES.readLine(); line != null; line = LINES.readLine()) {
			if (context != null) {
				context.close();
				context = null;
			}
			if (line.equals("stop")) {
				answer("OPEN\t" + complaints.all.size() + "\t" + complaints.all.peek());
				continue;
			}
			complaints.all.clear();
			try {
				context = new SpringApplicationBuilder(InitializedApplication.class)
					.run(Stream.of(line.split("\t")).map((property) -> "--" + property).toArray(String[]::new));
				answer("OPEN\t" + complaints.all.size() + "\t" + complaints.all.peek());
			}
			catch (Throwable ex) {
				answer("FAILED\t" + complaints.all.size() + "\t"
						+ String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex)).replaceAll("\\s+", " "));
			}
		}
	}

	private static void answer(String answer) {
		System.out.println("::" + answer);
	}

	@Bean
	static StartingLine startingLine(Environment environment) {
		return new StartingLine(environment.getRequiredProperty("initializer", Initializer.class));
	}

	@Bean
	@ConditionalOnProperty(name = "initializer", havingValue = "SEEDER")
	ApplicationRunner seeder(JdbcTemplate jdbc) {
		return new Seeder(jdbc);
	}

	/**
	 * Holds an initializer until those of all replicas are about to begin.
	 */
	static class StartingLine implements BeanPostProcessor {

		private final Initializer initializer;

		StartingLine(Initializer initializer) {
			this.initializer = initializer;
		}

		@Override
		public Object postProcessBeforeInitialization(Object bean, String beanName) {
			if (this.initializer.isOfType(bean.getClass()) && !(bean instanceof Seeder)) {
				await();
			}
			return bean;
		}

		static void await() {
			answer("READY");
			try {
				LINES.readLine();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

	/**
	 * Looks for each row, and inserts it if it is missing.
	 *
	 * @param jdbc the database
	 */
	record Seeder(JdbcTemplate jdbc) implements ApplicationRunner {

		@Override
		public void run(ApplicationArguments arguments) {
			StartingLine.await();
			IntStream.range(0, JOBS).mapToObj((i) -> "tariff " + i).forEach((name) -> {
				if (this.jdbc.queryForList("select name from tariff where name = ?", String.class, name).isEmpty()) {
					this.jdbc.update("insert into tariff values (?)", name);
				}
			});
		}

	}

	/**
	 * Collects what the log complains about.
	 */
	private static final class Complaints extends AppenderBase<ILoggingEvent> {

		private final Queue<String> all = new ConcurrentLinkedQueue<>();

		@Override
		protected void append(ILoggingEvent event) {
			StringBuilder text = new StringBuilder(event.getFormattedMessage());
			for (IThrowableProxy ex = event.getThrowableProxy(); ex != null; ex = ex.getCause()) {
				text.append(" | ").append(ex.getClassName()).append(": ").append(ex.getMessage());
			}
			if (event.getLevel().isGreaterOrEqual(Level.WARN) && !event.getLoggerName().contains("flyway")
					&& !event.getLoggerName().contains("hikari") && text.toString()
						.matches("(?is).*(already exists|duplicate|deadlock|does not exist|doesn't exist).*")) {
				this.all.add(text.toString().replaceAll("\\s+", " "));
			}
		}

	}

	/**
	 * Imports the modules that an initializer needs.
	 */
	static class Modules implements DeferredImportSelector, EnvironmentAware {

		private Initializer initializer;

		@Override
		public void setEnvironment(Environment environment) {
			this.initializer = environment.getRequiredProperty("initializer", Initializer.class);
		}

		@Override
		public String[] selectImports(AnnotationMetadata metadata) {
			List<String> modules = new ArrayList<>(List.of("boot.sql"));
			modules.addAll(List.of(this.initializer.modules()));
			return BootAutoConfigurations.names(modules.toArray(String[]::new));
		}

	}

	/**
	 * Registers jobs that do not fire soon, and what Modulith needs.
	 */
	static class Beans implements ImportBeanDefinitionRegistrar, EnvironmentAware {

		private Initializer initializer;

		@Override
		public void setEnvironment(Environment environment) {
			this.initializer = environment.getRequiredProperty("initializer", Initializer.class);
		}

		@Override
		public void registerBeanDefinitions(AnnotationMetadata metadata, BeanDefinitionRegistry registry) {
			if (this.initializer.isQuartz()) {
				IntStream.range(0, JOBS).forEach((i) -> {
					registry.registerBeanDefinition("job" + i, bean(JobDetail.class, detail(i)));
					registry.registerBeanDefinition("trigger" + i, bean(Trigger.class, trigger(i)));
				});
			}
			if (this.initializer.has(Initializer.MODULITH)) {
				Class<?> type = ClassUtils.resolveClassName("org.springframework.modulith.events.core.EventSerializer",
						null);
				registry.registerBeanDefinition("eventSerializer",
						bean(type,
								Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type },
										(proxy, method, arguments) -> (method.getDeclaringClass() == Object.class)
												? method.invoke(type, arguments) : null)));
			}
		}

		private static <T> BeanDefinition bean(Class<T> type, Object bean) {
			return new RootBeanDefinition(type, () -> type.cast(bean));
		}

		private static JobDetail detail(int i) {
			return JobBuilder.newJob(Nothing.class).withIdentity("job" + i).storeDurably().build();
		}

		private static Trigger trigger(int i) {
			return TriggerBuilder.newTrigger()
				.forJob(detail(i))
				.withIdentity("trigger" + i)
				.startAt(new Date(System.currentTimeMillis() + 3_600_000))
				.withSchedule(SimpleScheduleBuilder.repeatHourlyForever())
				.build();
		}

	}

	/**
	 * Does nothing.
	 */
	public static class Nothing implements Job {

		@Override
		public void execute(JobExecutionContext context) {
		}

	}

	@Entity(name = "parcel")
	static class Parcel {

		@Id
		@GeneratedValue
		Long id;

		@Column(unique = true)
		String number;

		@ManyToOne
		Point point;

		@ElementCollection
		@CollectionTable(name = "parcel_label")
		List<String> labels;

	}

	@Entity(name = "point")
	static class Point {

		@Id
		@GeneratedValue
		Long id;

		@ManyToOne
		Point parent;

	}

}
