package dev.adjoint.serve;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.http2.Http2ErrorCode;
import io.helidon.http.http2.Http2FrameHeader;
import io.helidon.http.http2.Http2FrameTypes;
import io.helidon.http.http2.Http2RstStream;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2WindowUpdate;
import io.helidon.webserver.http2.spi.Http2SubProtocolSelector.SubProtocolHandler;
import java.time.Duration;

/**
 * The request of a call of gRPC, over a stream of HTTP/2.
 *
 * <p>Each of its messages must come in time, and so must the end after the last. Otherwise the call
 * is refused, and a client that then neither ends nor resets the stream loses its connection.
 */
final class GrpcRequest implements SubProtocolHandler {
  private static final ScopedValue<GrpcRequest> CURRENT = ScopedValue.newInstance();

  private static final Duration NONE = Duration.ofNanos(-1);

  private final SubProtocolHandler handler;
  private final Connection connection;
  private final Caller caller;

  /** The thread of the stream, which waits for frames, or answers. */
  private final Thread thread = Thread.currentThread();

  private final TimedStep arriving = new TimedStep();
  private final TimedStep ending = new TimedStep();
  private final GrpcMessages messages;
  private volatile Runnable refusal = () -> {};

  /**
   * A request that this thread will read.
   *
   * @param handler who answers it
   * @param mostBytes the most bytes of a message
   */
  GrpcRequest(SubProtocolHandler handler, Connection connection, int stream, int mostBytes) {
    this.handler = handler;
    this.connection = connection;
    this.caller = connection.caller(stream);
    this.messages = new GrpcMessages(mostBytes);
  }

  /** The request of the call that this thread begins. */
  static GrpcRequest current() {
    return CURRENT.get();
  }

  /** Whoever opened the stream. */
  Caller caller() {
    return caller;
  }

  /** Says how it is refused, if it does not come in time. */
  void isRefusedBy(Runnable answer) {
    refusal = answer;
  }

  @Override
  public void init() {
    connection.begins(this);
    handle(() -> ScopedValue.where(CURRENT, this).run(handler::init), false);
  }

  @Override
  public void data(Http2FrameHeader header, BufferData data) {
    boolean isLast = header.flags(Http2FrameTypes.DATA).endOfStream();
    byte[] whole = messages.take(data.readBytes(), isLast);
    if (isLast || whole.length > 0) {
      handle(
          () -> {
            arriving.end();
            handler.data(header, BufferData.create(whole));
          },
          isLast);
    }
  }

  /** Takes a step, after which the thread waits for frames if there can be more. */
  private void handle(Runnable step, boolean isLast) {
    boolean waits = false;
    try {
      step.run();
      waits = !isLast && handler.streamState() != Http2StreamState.CLOSED;
    } finally {
      if (waits) {
        arriving.begin();
      } else {
        connection.ends(this);
      }
    }
    if (connection.hasEnded()) {
      abandon();
    }
  }

  /**
   * Refuses the call if its request draws out what should have taken less than this.
   *
   * @return whether the client has not ended the stream either since it was refused
   */
  boolean isStalled(Duration patience) {
    if (arriving.giveUp(patience)) {
      ending.begin();
      // The client may not take the answer, and whoever looks must not wait for it.
      Thread.ofVirtual().name("adjoint-serve-refusal").start(refusal);
    }
    return ending.giveUp(patience);
  }

  /** Cancels the call, and lets the thread wait no longer: no frame will come. */
  void abandon() {
    if (arriving.giveUp(NONE) || ending.giveUp(NONE)) {
      handler.rstStream(new Http2RstStream(Http2ErrorCode.CANCEL));
      thread.interrupt();
    }
  }

  @Override
  public Http2StreamState streamState() {
    return handler.streamState();
  }

  @Override
  public void rstStream(Http2RstStream reset) {
    connection.ends(this);
    handler.rstStream(reset);
  }

  @Override
  public void windowUpdate(Http2WindowUpdate update) {
    handler.windowUpdate(update);
  }
}
