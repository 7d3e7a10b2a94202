package dev.adjoint.serve;

import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.helidon.webserver.CloseConnectionException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What all gRPC calls have in common: the token, request ids, the deadline and the cancellation of
 * the caller, the log, and an answer to messages that cannot be read and to what fails.
 */
final class GrpcCalls implements ServerInterceptor {
  /** The call that is being answered. */
  static final Context.Key<Exchange> EXCHANGE = Context.key("exchange");

  /** Whether its caller sent the token, or none is needed. */
  static final Context.Key<Boolean> TRUSTED = Context.keyWithDefault("trusted", false);

  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Metadata.Key<String> REQUEST_ID = key("x-request-id");
  private static final Metadata.Key<String> TRACE_PARENT = key(TraceParent.HEADER);
  private static final Metadata.Key<String> TIMEOUT = key("grpc-timeout");
  private static final Pattern TIMEOUT_FORM = Pattern.compile("([0-9]{1,8})([HMSmun])");

  /** What is answered to callers without the token too, as over REST. */
  private static final Set<String> OPEN =
      Stream.of(
              GRPCInferenceServiceGrpc.getServerLiveMethod(),
              GRPCInferenceServiceGrpc.getServerReadyMethod(),
              HealthGrpc.getCheckMethod(),
              HealthGrpc.getWatchMethod())
          .map(MethodDescriptor::getFullMethodName)
          .collect(Collectors.toUnmodifiableSet());

  private final Optional<String> token;
  private final int messageBytes;
  private final AccessLog log;

  GrpcCalls(Optional<String> token, int messageBytes, AccessLog log) {
    this.token = token;
    this.messageBytes = messageBytes;
    this.log = log;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static Optional<String> header(Metadata headers, Metadata.Key<String> key) {
    return Optional.ofNullable(headers.get(key));
  }

  /** The time left to the call, as gRPC over HTTP/2 writes it: digits and a unit. */
  private static Optional<Duration> timeout(Metadata headers) {
    Matcher given = TIMEOUT_FORM.matcher(header(headers, TIMEOUT).orElse(""));
    if (!given.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(given.group(1));
    return Optional.of(
        switch (given.group(2)) {
          case "H" -> Duration.ofHours(count);
          case "M" -> Duration.ofMinutes(count);
          case "S" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMillis(count);
          case "u" -> Duration.ofNanos(count * 1000);
          default -> Duration.ofNanos(count);
        });
  }

  private static Status status(ServeException e) {
    return Status.fromCode(e.kind().grpc()).withDescription(e.getMessage());
  }

  /** Gives a call its only answer. */
  static <T> void answer(StreamObserver<T> observer, T answer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    Context.CancellableContext cancellation = Context.current().withCancellation();
    GrpcRequest request = GrpcRequest.current();
    Exchange exchange =
        new Exchange(
            call.getMethodDescriptor().getFullMethodName(),
            header(headers, REQUEST_ID),
            header(headers, TRACE_PARENT),
            () -> cancellation.isCancelled() || request.caller().hasGone(),
            timeout(headers));
    Answered<A, B> answered = new Answered<>(call, exchange);
    boolean streaming = !call.getMethodDescriptor().getType().clientSendsOneMessage();
    request.begins(streaming, reason -> answered.close(status(reason), new Metadata()));
    boolean trusted = Tokens.isAllowed(token, header(headers, AUTHORIZATION));
    if (!trusted && !OPEN.contains(exchange.route())) {
      answered.close(status(ServeException.noToken()), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Context context = cancellation.withValues(EXCHANGE, exchange, TRUSTED, trusted);
    return new Listening<>(
        Contexts.interceptCall(context, answered, headers, next),
        answered,
        request.held(),
        cancellation);
  }

  /** Adds the ids to what is answered, and a line to the log. */
  private final class Answered<A, B> extends SimpleForwardingServerCall<A, B> {
    private final Exchange exchange;
    private boolean headersSent;
    private final AtomicBoolean closed = new AtomicBoolean();

    Answered(ServerCall<A, B> call, Exchange exchange) {
      super(call);
      this.exchange = exchange;
    }

    private void identify(Metadata headers) {
      headers.put(REQUEST_ID, exchange.id());
      headers.put(TRACE_PARENT, exchange.trace().header());
    }

    @Override
    public void sendHeaders(Metadata headers) {
      identify(headers);
      headersSent = true;
      super.sendHeaders(headers);
    }

    @Override
    public void close(Status status, Metadata trailers) {
      if (closed.getAndSet(true)) {
        return;
      }
      if (!headersSent) {
        identify(trailers);
      }
      super.close(status, trailers);
      log.add(exchange, status.getCode().name());
    }

    /** Nothing more can be said to the caller. */
    void breakOff() {
      if (!closed.getAndSet(true)) {
        log.add(exchange, Status.Code.CANCELLED.name());
      }
    }
  }

  /** Tells the caller's cancellation to the call, and answers what cannot be read or fails. */
  private final class Listening<A> extends SimpleForwardingServerCallListener<A> {
    private final Answered<A, ?> call;
    private final RequestBudget.Share held;
    private final Context.CancellableContext cancellation;
    private volatile boolean whole;

    Listening(
        ServerCall.Listener<A> listener,
        Answered<A, ?> call,
        RequestBudget.Share held,
        Context.CancellableContext cancellation) {
      super(listener);
      this.call = call;
      this.held = held;
      this.cancellation = cancellation;
    }

    @Override
    public void onMessage(A message) {
      try {
        super.onMessage(bounded(message));
      } catch (ServeException e) {
        call.close(status(e), new Metadata());
      } catch (RuntimeException _) {
        call.close(
            Status.INVALID_ARGUMENT.withDescription("The message is not one of this method's."),
            new Metadata());
      }
    }

    /** A compressed message is read as far as there is place for what comes out of it. */
    @SuppressWarnings("unchecked")
    private A bounded(A message) {
      return message instanceof InputStream bytes && !(bytes instanceof KnownLength)
          ? (A) held.holding(bytes, messageBytes)
          : message;
    }

    @Override
    public void onHalfClose() {
      whole = true;
      try {
        super.onHalfClose();
      } catch (ServeException e) {
        call.close(status(e), new Metadata());
      } catch (CloseConnectionException e) {
        call.breakOff();
        throw e;
      } catch (RuntimeException e) {
        System.getLogger(GrpcCalls.class.getName())
            .log(System.Logger.Level.ERROR, "a call failed", e);
        call.close(Status.INTERNAL.withDescription("The server failed."), new Metadata());
      }
    }

    /** The transport says this too when it could not read a message: too large, or mangled. */
    @Override
    public void onCancel() {
      boolean byCaller = call.exchange.caller().hasGone();
      cancellation.cancel(null);
      super.onCancel();
      if (byCaller && !whole) {
        call.breakOff();
      } else if (!byCaller) {
        call.close(
            Status.RESOURCE_EXHAUSTED.withDescription(
                ServeException.limit(
                    "The message is too large, or cannot be uncompressed",
                    messageBytes,
                    ServerOptions.REQUEST_BYTES)),
            new Metadata());
      }
    }

    @Override
    public void onComplete() {
      super.onComplete();
      cancellation.cancel(null);
    }
  }
}
