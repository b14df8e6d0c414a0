package dev.startgate.probe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * The connection of one client. It reads the head of one request and answers it. It takes
 * no second request, because that may be for the real server.
 */
final class ProbeConnection {

	private static final int LONGEST_HEAD = 8192;

	private static final int MOST_DISCARDED = 65_536;

	/** After so many bytes, other connections have their turn. */
	private static final int MOST_WRITTEN = 65_536;

	private final SocketChannel channel;

	private final SelectionKey key;

	private final long since;

	private final ByteBuffer read = ByteBuffer.allocate(LONGEST_HEAD);

	private int scanned;

	private int lineLength;

	private boolean begun;

	private ByteBuffer @Nullable [] answer;

	private int discarded;

	private ProbeConnection(SocketChannel channel, Selector selector, long since) throws IOException {
		this.channel = channel;
		this.since = since;
		channel.configureBlocking(false);
		this.key = channel.register(selector, SelectionKey.OP_READ, this);
	}

	static ProbeConnection of(SocketChannel channel, Selector selector, long since) throws IOException {
		try {
			return new ProbeConnection(channel, selector, since);
		}
		catch (IOException ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * Return the time of the monotonic clock at which the client connected.
	 */
	long since() {
		return this.since;
	}

	/**
	 * Go on as far as possible without waiting.
	 * @return whether there is more to come
	 * @throws IOException if the connection is broken
	 */
	boolean proceed(ProbeHandler handler) throws IOException {
		if (this.answer == null) {
			if (this.channel.read(this.read) < 0) {
				return false;
			}
			this.answer = answer(handler);
		}
		if (this.answer == null) {
			return true;
		}
		return isLeft(this.answer) ? write(this.answer) : discard();
	}

	private ByteBuffer @Nullable [] answer(ProbeHandler handler) {
		if (isComplete()) {
			return handler.answer(new String(this.read.array(), 0, this.scanned, StandardCharsets.ISO_8859_1));
		}
		return this.read.hasRemaining() ? null : handler.headTooLong();
	}

	/**
	 * A head ends with an empty line. Empty lines before the head are ignored.
	 */
	private boolean isComplete() {
		for (; this.scanned < this.read.position(); this.scanned++) {
			byte next = this.read.get(this.scanned);
			if (next == '\n') {
				if (this.begun && this.lineLength == 0) {
					return true;
				}
				this.lineLength = 0;
			}
			else if (next != '\r') {
				this.begun = true;
				this.lineLength++;
			}
		}
		return false;
	}

	private static boolean isLeft(ByteBuffer[] answer) {
		return last(answer).hasRemaining();
	}

	private static ByteBuffer last(ByteBuffer[] answer) {
		return answer[answer.length - 1];
	}

	private boolean write(ByteBuffer[] answer) throws IOException {
		ByteBuffer last = last(answer);
		int end = last.limit();
		last.limit(Math.min(end, last.position() + MOST_WRITTEN));
		this.channel.write(answer);
		last.limit(end);
		if (isLeft(answer)) {
			this.key.interestOps(SelectionKey.OP_WRITE);
			return true;
		}
		this.channel.shutdownOutput();
		this.key.interestOps(SelectionKey.OP_READ);
		return discard();
	}

	/**
	 * If the connection is closed while input is unread, it is reset and the answer may
	 * be lost. So read on, to let the client close it first, but only up to a limit.
	 */
	private boolean discard() throws IOException {
		int count = this.channel.read(this.read.clear());
		this.discarded += Math.max(0, count);
		return count >= 0 && this.discarded <= MOST_DISCARDED;
	}

	void close() {
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// the client has lost it, too
		}
	}

}
