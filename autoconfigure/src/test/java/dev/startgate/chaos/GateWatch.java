package dev.startgate.chaos;

import java.util.Objects;

import dev.startgate.GateSnapshot;
import dev.startgate.StartupGate;
import dev.startgate.chaos.Journal.What;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.PriorityOrdered;

/**
 * Writes each state of the gate into the journal, from the moment at which the gate was
 * created: most of the start happens before there are other beans.
 */
final class GateWatch implements BeanPostProcessor, PriorityOrdered {

	private final Journal journal;

	GateWatch(Journal journal) {
		this.journal = journal;
	}

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (bean instanceof StartupGate gate) {
			Thread thread = new Thread(() -> watch(gate), "gate-watch");
			thread.setDaemon(true);
			thread.start();
		}
		return bean;
	}

	private void watch(StartupGate gate) {
		String last = "";
		while (true) {
			GateSnapshot snapshot = gate.snapshot();
			String current = snapshot.state() + " " + Objects.requireNonNullElse(snapshot.reason(), "");
			if (!current.equals(last)) {
				this.journal.append(What.STATE, current);
				last = current;
			}
			try {
				Thread.sleep(20);
			}
			catch (InterruptedException ex) {
				return;
			}
		}
	}

}
