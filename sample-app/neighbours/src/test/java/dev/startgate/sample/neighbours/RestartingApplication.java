package dev.startgate.sample.neighbours;

import java.lang.reflect.Field;
import java.util.Map;

import dev.startgate.StartupGate;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Restarts itself as DevTools does when a class has changed, and prints after each start
 * what it has.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class RestartingApplication {

	static final int STARTS = 8;

	/**
	 * Run the application.
	 */
	public static void main(String[] args) {
		SpringApplication.run(RestartingApplication.class, args);
	}

	@EventListener
	void restart(ApplicationReadyEvent event) throws ReflectiveOperationException {
		int start = Integer.getInteger("start", 0) + 1;
		System.setProperty("start", String.valueOf(start));
		System.out.printf("start %d: loader %s, open %s, threads %d, hooks %d, connections %d%n", start,
				getClass().getClassLoader().getClass().getSimpleName(),
				event.getApplicationContext().getBean(StartupGate.class).isOpen(), Thread.getAllStackTraces().size(),
				hooks(),
				event.getApplicationContext()
					.getBean(JdbcTemplate.class)
					.queryForObject("select count(*) from pg_stat_activity where datname = current_database()",
							Integer.class));
		if (start == STARTS) {
			System.exit(0);
		}
		new Thread(Restarter.getInstance()::restart, "restart").start();
	}

	private static int hooks() throws ReflectiveOperationException {
		Field hooks = Class.forName("java.lang.ApplicationShutdownHooks").getDeclaredField("hooks");
		hooks.setAccessible(true);
		return ((Map<?, ?>) hooks.get(null)).size();
	}

}
