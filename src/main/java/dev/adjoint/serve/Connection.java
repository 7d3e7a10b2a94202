package dev.adjoint.serve;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.task.InterruptableTask;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One connection, from when it is accepted, and the watch over its client: whether that has gone,
 * has reset a stream, or is too slow.
 *
 * <p>The first line says what it speaks: HTTP/1.1, HTTP/2 with prior knowledge, or HTTP/1.0, which
 * is translated. All else is answered as a wrong HTTP/1.1.
 */
final class Connection implements ServerConnection, InterruptableTask<Void> {
  private static final ScopedValue<Connection> CURRENT = ScopedValue.newInstance();
  private static final int MOST_HEADER_BYTES = 1 << 14;
  private static final String HTTP_2 = "PRI * HTTP/2.0\r";

  /** How long at most is waited for the rest of a body that was answered already. */
  private static final Duration REST = Duration.ofSeconds(2);

  /** What the bytes that come next belong to. */
  private enum Reading {
    /** A line and headers of HTTP/1.1, or nothing yet. */
    HEADERS,
    /** The body of a request of HTTP/1.1, or what comes while it is answered. */
    REQUEST,
    /** Frames of HTTP/2. */
    FRAMES
  }

  private final ConnectionContext socket;
  private final ServerConnectionSelector http1;
  private final ServerConnectionSelector http2;
  private final Set<Connection> open;
  private final DataReader reader = DataReader.create(this::next);
  private final WatchedWriter writer;
  private final ScopedTasks streams;
  private final ConnectionContext watched;
  private final TimedStep arriving = new TimedStep();
  private final TimedStep writing = new TimedStep();
  private final TimedStep dispatching = new TimedStep();
  private final TimedStep draining = new TimedStep();
  private final ClientFrames frames = new ClientFrames(arriving);

  /** The requests of gRPC that may be on their way, each with the thread of its stream. */
  private final Map<Thread, GrpcRequest> requests = new ConcurrentHashMap<>();

  /** The thread that reads. To interrupt it closes the socket, even while others write. */
  private final Thread thread = Thread.currentThread();

  /** What was read to see what the client speaks. */
  private Optional<byte[]> head = Optional.empty();

  private volatile Optional<ServerConnection> protocol = Optional.empty();
  private volatile Reading reading = Reading.HEADERS;
  private volatile boolean ended;
  private volatile long lastRead = System.nanoTime();
  private boolean http10;
  private final RestOfBody rest;

  /**
   * A connection that this thread will handle.
   *
   * @param open where it stands as long as it is open
   */
  Connection(
      ConnectionContext socket,
      ServerConnectionSelector http1,
      ServerConnectionSelector http2,
      Set<Connection> open) {
    this.socket = socket;
    this.http1 = http1;
    this.http2 = http2;
    this.open = open;
    this.rest = new RestOfBody(() -> socket.dataReader().readBuffer().readBytes());
    this.writer = new WatchedWriter(socket.dataWriter(), writing);
    this.streams =
        new ScopedTasks(socket.executor(), ScopedValue.where(CURRENT, this), this::streamEnds);
    this.watched = new WatchedContext(socket, reader, writer, streams);
  }

  /** The connection of the request that this thread answers. */
  static Connection current() {
    return CURRENT.get();
  }

  /** Where the client is, without its port. */
  String address() {
    return socket.remotePeer().address() instanceof InetSocketAddress internet
        ? internet.getHostString()
        : socket.remotePeer().host();
  }

  /** Whoever sent a request of HTTP/1.1, or opened this stream of HTTP/2. */
  Caller caller(int stream) {
    if (isHttp2()) {
      return () -> ended || frames.isReset(stream);
    }
    return http10 ? HttpCaller.of10(watched, writer) : HttpCaller.of11(watched);
  }

  /** A request of gRPC begins. */
  void begins(GrpcRequest request) {
    requests.put(request.thread(), request);
  }

  /** No more of a request of gRPC is waited for. */
  void ends(GrpcRequest request) {
    requests.remove(request.thread());
  }

  /** The web server tells no request that its client has ended it after it was refused. */
  private void streamEnds() {
    Optional.ofNullable(requests.get(Thread.currentThread())).ifPresent(GrpcRequest::end);
  }

  /** Whether nothing more is read. */
  boolean hasEnded() {
    return ended;
  }

  boolean isHttp2() {
    return reading == Reading.FRAMES;
  }

  @Override
  public void handle(Limit limit) throws InterruptedException {
    arriving.begin();
    open.add(this);
    try {
      ServerConnection spoken = identify();
      protocol = Optional.of(spoken);
      ScopedValue.where(CURRENT, this)
          .call(() -> {
            speak(spoken, limit);
            return spoken;
          });
    } catch (DataReader.InsufficientDataAvailableException e) {
      throw new CloseConnectionException("The client has closed the connection.", e);
    } finally {
      ended = true;
      open.remove(this);
      requests.values().forEach(GrpcRequest::abandon);
    }
  }

  private ServerConnection identify() {
    String text = Http10.text(rest.pull());
    while (!text.contains("\n") && text.length() < MOST_HEADER_BYTES) {
      text += Http10.text(rest.pull());
    }
    String line = text.substring(0, Math.max(0, text.indexOf('\n')));
    http10 = Http10.isLine(line);
    if (http10) {
      text = translated(text);
    }
    head = Optional.of(Http10.bytes(text));
    if (line.equals(HTTP_2)) {
      readFrames();
      return http2.connection(watched);
    }
    return http1.connection(watched);
  }

  private String translated(String begun) {
    String text = begun;
    while (Http10.headersEnd(text) < 0 && text.length() < MOST_HEADER_BYTES) {
      text += Http10.text(rest.pull());
    }
    int end = Http10.headersEnd(text);
    if (end < 0) {
      return Http10.WRONG;
    }
    // A server that looks at the host takes this one, whatever it is bound to.
    String host = "localhost:" + socket.localPeer().port();
    return Http10.translate(text.substring(0, end), host) + text.substring(end);
  }

  /** From now on the client sends frames of HTTP/2. */
  void readFrames() {
    reading = Reading.FRAMES;
  }

  /** The first line of a request is there. */
  void lineIsRead() {
    arriving.begin();
  }

  /**
   * The headers of a request are there.
   *
   * @param length how many bytes its body has; empty if it comes in chunks, of which the last is
   *     empty
   * @param isAsked whether the client may wait to be told to send it
   */
  void headersAreRead(OptionalLong length, boolean isAsked) {
    arriving.end();
    rest.begins(reader.available(), length, isAsked);
    reading = Reading.REQUEST;
  }

  /** Whether no byte of a request's body is still to come, as far as its length is known. */
  boolean hasWholeBody() {
    return !isHttp2() && rest.isWhole();
  }

  /** The client is told to send its body, if it waits for that. */
  void bodyIsAskedFor() {
    rest.isAskedFor();
  }

  /**
   * A request is answered.
   *
   * @param whole whether its body has been read; what is left of it must come in time, as must a
   *     next request that has begun
   */
  void isAnswered(boolean whole) {
    if (whole) {
      rest.isRead();
    }
    if (reading == Reading.REQUEST) {
      reading = Reading.HEADERS;
      if (!whole || reader.available() > 0) {
        arriving.begin();
      }
    }
  }

  /** A thread that was given up reads on, until the connection is closed. */
  void isLeftToAnother() {
    rest.isRead();
  }

  private void speak(ServerConnection spoken, Limit limit) throws InterruptedException {
    try {
      spoken.handle(limit);
    } finally {
      if (!isHttp2()) {
        draining.begin();
        rest.read();
      }
    }
  }

  private byte[] next() {
    dispatching.end();
    byte[] bytes = head.orElseGet(rest::pull);
    lastRead = System.nanoTime();
    head = Optional.empty();
    switch (reading) {
      case HEADERS -> arriving.beginIfIdle();
      case REQUEST -> {}
      case FRAMES -> {
        frames.read(bytes);
        // Frames are only handed on, so this takes long when nobody will ever take one.
        dispatching.begin();
      }
    }
    return bytes;
  }

  /** Closes it if the client draws out what should have taken less than this. */
  void closeIfSlow(Duration patience) {
    boolean isStalled = false;
    for (GrpcRequest request : requests.values()) {
      isStalled |= request.isStalled(patience);
    }
    Duration least = patience.compareTo(REST) < 0 ? patience : REST;
    if (isStalled
        || arriving.giveUp(patience)
        || writing.giveUp(patience)
        || dispatching.giveUp(patience)
        || draining.giveUp(least)) {
      thread.interrupt();
    }
  }

  @Override
  public boolean canInterrupt() {
    return protocol
        .map(spoken -> spoken instanceof InterruptableTask<?> task && task.canInterrupt())
        .orElse(true);
  }

  /** Whether a request is answered, however long ago its client was heard of. */
  private boolean isWorking() {
    return isHttp2() ? streams.areRunning() : !canInterrupt();
  }

  /** The time since the last byte that was read or written, none while a request is answered. */
  @Override
  public Duration idleTime() {
    long now = System.nanoTime();
    long since = Math.min(now - lastRead, now - writer.lastWritten());
    return isWorking() ? Duration.ZERO : Duration.ofNanos(Math.max(0, since));
  }

  @Override
  public void close(boolean interrupt) {
    protocol.ifPresentOrElse(spoken -> spoken.close(interrupt), thread::interrupt);
    // Streams that the client has left half-open would keep the connection for ever.
    if (isHttp2() && !isWorking()) {
      thread.interrupt();
    }
  }
}
