package dev.startgate.gate;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.startgate.GateSnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who are told about changes of state. One that fails changes nothing for the
 * others.
 */
final class GateListeners {

	private static final Logger logger = LoggerFactory.getLogger(Gate.class);

	private final List<GateListener> listeners = new CopyOnWriteArrayList<>();

	void add(GateListener listener) {
		this.listeners.add(listener);
	}

	void tell(GateSnapshot before, GateSnapshot after) {
		for (GateListener listener : this.listeners) {
			try {
				listener.stateChanged(before, after);
			}
			catch (RuntimeException ex) {
				logger.warn("Listener '{}' failed when the state became '{}'", listener, after.state(), ex);
			}
		}
	}

}
