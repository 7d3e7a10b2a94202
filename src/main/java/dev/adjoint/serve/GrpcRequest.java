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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The request of a call of gRPC, over a stream of HTTP/2.
 *
 * <p>Each of its messages must come in time, and so must the end after the last. Otherwise the call
 * is refused, and a client that then neither ends nor resets the stream loses its connection. So is
 * a call for whose messages there is no place.
 */
final class GrpcRequest implements SubProtocolHandler {
  private static final ScopedValue<GrpcRequest> CURRENT = ScopedValue.newInstance();

  private static final byte[] NOTHING = {};
  private static final Duration NONE = Duration.ofNanos(-1);

  private final SubProtocolHandler handler;
  private final Connection connection;
  private final Caller caller;

  /** The thread of the stream, which waits for frames, or answers. */
  private final Thread thread = Thread.currentThread();

  private final TimedStep arriving = new TimedStep();
  private final TimedStep ending = new TimedStep();
  private final RequestBudget.Share held;
  private final GrpcMessages messages;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean isStreaming;
  private volatile Consumer<ServeException> refusal = _ -> {};

  /**
   * A request that this thread will read.
   *
   * @param handler who answers it
   * @param mostBytes the most bytes of a message
   * @param held the bytes of its messages
   */
  GrpcRequest(
      SubProtocolHandler handler,
      Connection connection,
      int stream,
      int mostBytes,
      RequestBudget.Share held) {
    this.handler = handler;
    this.connection = connection;
    this.caller = connection.caller(stream);
    this.held = held;
    this.messages = new GrpcMessages(mostBytes, held);
  }

  /** The request of the call that this thread begins. */
  static GrpcRequest current() {
    return CURRENT.get();
  }

  /** Whoever opened the stream. */
  Caller caller() {
    return caller;
  }

  /** Who waits for its frames. */
  Thread thread() {
    return thread;
  }

  /** The bytes of its messages. */
  RequestBudget.Share held() {
    return held;
  }

  /**
   * The call begins.
   *
   * @param streaming whether each message is answered when it comes, and not kept until the last
   * @param answer refuses the call, if it does not come in time or has no place
   */
  void begins(boolean streaming, Consumer<ServeException> answer) {
    isStreaming = streaming;
    refusal = answer;
  }

  private void refuse(ServeException reason) {
    refusal.accept(reason);
    messages.drop();
  }

  /** Whether all is said; what still comes is not kept. */
  private boolean isAnswered() {
    return handler.streamState() == Http2StreamState.HALF_CLOSED_LOCAL;
  }

  @Override
  public void init() {
    connection.begins(this);
    handle(() -> ScopedValue.where(CURRENT, this).run(handler::init), false);
  }

  @Override
  public void data(Http2FrameHeader header, BufferData data) {
    boolean isLast = header.flags(Http2FrameTypes.DATA).endOfStream();
    byte[] whole = isAnswered() ? NOTHING : take(data.readBytes(), isLast);
    if (isLast || whole.length > 0) {
      handle(
          () -> {
            arriving.end();
            handler.data(header, BufferData.create(whole));
          },
          isLast);
    }
  }

  private byte[] take(byte[] bytes, boolean isLast) {
    try {
      return messages.take(bytes, isLast);
    } catch (ServeException e) {
      refuse(e);
      return NOTHING;
    }
  }

  /** Takes a step, after which the thread waits for frames if there can be more. */
  private void handle(Runnable step, boolean isLast) {
    boolean waits = false;
    held.join();
    try {
      step.run();
      waits = !isLast && handler.streamState() != Http2StreamState.CLOSED;
    } finally {
      if (waits) {
        arriving.begin();
      } else {
        end();
      }
      held.leave();
    }
    if (isAnswered()) {
      messages.drop();
    } else if (isStreaming) {
      messages.areDone();
    }
    if (connection.hasEnded()) {
      abandon();
    }
  }

  /** No more is waited for. */
  void end() {
    connection.ends(this);
    if (!ended.getAndSet(true)) {
      held.leave();
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
      Thread.ofVirtual()
          .name("adjoint-serve-refusal")
          .start(() -> refuse(ServeException.tooSlow("message", patience)));
    }
    return ending.giveUp(patience);
  }

  /** Cancels the call, and lets the thread wait no longer: no frame will come. */
  void abandon() {
    end();
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
    end();
    handler.rstStream(reset);
  }

  @Override
  public void windowUpdate(Http2WindowUpdate update) {
    handler.windowUpdate(update);
  }
}
