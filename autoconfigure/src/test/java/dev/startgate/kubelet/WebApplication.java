package dev.startgate.kubelet;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * A small web application with Actuator and Flyway, without the auto-configurations that
 * only other tests need.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration(excludeName = { "org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration",
		"org.springframework.boot.artemis.autoconfigure.ArtemisAutoConfiguration",
		"org.springframework.boot.jms.autoconfigure.JmsAutoConfiguration",
		"org.springframework.boot.kafka.autoconfigure.KafkaAutoConfiguration",
		"org.springframework.boot.quartz.autoconfigure.QuartzAutoConfiguration" })
public class WebApplication {

	/**
	 * Start it, in a container.
	 */
	public static void main(String[] args) {
		SpringApplication.run(WebApplication.class, args);
	}

}
