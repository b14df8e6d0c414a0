package dev.startgate.sample;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

import dev.startgate.MigrationsCompletedEvent;

import org.springframework.context.event.EventListener;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which depot delivers to a postcode, kept in memory. Postcodes come with migrations
 * only. The directory is built once these are complete, in the background and page by
 * page. An incomplete one would turn parcels away, so {@link PostcodesSettled} keeps the
 * gate closed until it is complete.
 */
@Component
class PostcodeDirectory {

	private static final int PAGE_SIZE = 500;

	private final Map<String, String> depots = new ConcurrentHashMap<>();

	private final JdbcClient jdbc;

	private final AsyncTaskExecutor applicationTaskExecutor;

	private volatile CompletableFuture<?> building = new CompletableFuture<>();

	PostcodeDirectory(JdbcClient jdbc, AsyncTaskExecutor applicationTaskExecutor) {
		this.jdbc = jdbc;
		this.applicationTaskExecutor = applicationTaskExecutor;
	}

	@EventListener(MigrationsCompletedEvent.class)
	void build() {
		this.building = this.applicationTaskExecutor.submitCompletable(this::addAll);
	}

	Optional<String> depotOf(String postcode) {
		return Optional.ofNullable(this.depots.get(postcode));
	}

	/**
	 * Return how many postcodes it knows so far. If it could not be built, say why, and
	 * begin again.
	 * @return the number of postcodes
	 * @throws java.util.concurrent.CompletionException if it could not be built
	 */
	int size() {
		CompletableFuture<?> last = this.building;
		if (last.isCompletedExceptionally()) {
			build();
		}
		last.getNow(null);
		return this.depots.size();
	}

	private void addAll() {
		List<Entry> page = pageAfter("");
		while (!page.isEmpty()) {
			page.forEach((entry) -> this.depots.put(entry.code(), entry.depot()));
			page = pageAfter(page.get(page.size() - 1).code());
		}
	}

	private List<Entry> pageAfter(String code) {
		return this.jdbc.sql("select code, depot from postcode where code > :code order by code limit :size")
			.param("code", code)
			.param("size", PAGE_SIZE)
			.query(Entry.class)
			.list();
	}

	private record Entry(String code, String depot) {
	}

}
