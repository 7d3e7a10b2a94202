package dev.adjoint.serve;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.http.http2.Http2Headers;
import io.helidon.http.http2.Http2Settings;
import io.helidon.http.http2.Http2StreamState;
import io.helidon.http.http2.Http2StreamWriter;
import io.helidon.http.http2.StreamFlowControl;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.grpc.GrpcConfig;
import io.helidon.webserver.grpc.GrpcProtocolSelector;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.http2.Http2Config;
import io.helidon.webserver.http2.Http2ConnectionSelector;
import io.helidon.webserver.http2.Http2Upgrader;
import io.helidon.webserver.http2.spi.Http2SubProtocolSelector;
import io.helidon.webserver.http2.spi.SubProtocolResult;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a server. It must be the web server's only selector: then it gets each one
 * when it is accepted, before anything is read from it, even the handshake of TLS.
 */
final class Connections implements ServerConnectionSelector {
  /** How many streams of HTTP/2 a connection may have at a time. */
  static final int MOST_STREAMS = 1024;

  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final ServerConnectionSelector http1;
  private final ServerConnectionSelector http2;

  /**
   * Connections for HTTP/1, HTTP/2 and gRPC.
   *
   * @param messageBytes the most bytes of a message of gRPC
   * @param budget the bytes of all messages
   * @param patience how long a client may take to accept what it is sent
   */
  Connections(int messageBytes, RequestBudget budget, Duration patience) {
    Http2Config frames =
        Http2Config.builder()
            .flowControlTimeout(patience)
            .maxConcurrentStreams(MOST_STREAMS)
            .build();
    GrpcConfig grpc = GrpcConfig.builder().maxReadBufferSize(messageBytes).build();
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(Http1Config.builder().addReceiveListener(new Progress()).build())
            // For REST: calls of gRPC begin with HTTP/2.
            .addUpgrader(new ToFrames(Http2Upgrader.create(frames)))
            .build();
    this.http2 =
        Http2ConnectionSelector.builder()
            .http2Config(frames)
            .addSubProtocolSelector(
                new WatchedGrpc(GrpcProtocolSelector.create(grpc), messageBytes, budget))
            .build();
  }

  /** Closes those whose clients draw out what should have taken less than this. */
  void closeSlow(Duration patience) {
    open.forEach(connection -> connection.closeIfSlow(patience));
  }

  @Override
  public int bytesToIdentifyConnection() {
    return 0;
  }

  @Override
  public Support supports(BufferData data) {
    return Support.SUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("h2", "http/1.1");
  }

  @Override
  public ServerConnection connection(ConnectionContext socket) {
    return new Connection(socket, http1, http2, open);
  }

  /** The length that a body is said to have, if it is one. */
  static Optional<Long> contentLength(Headers headers) {
    return headers
        .first(HeaderNames.CONTENT_LENGTH)
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(Long::parseLong);
  }

  /** Tells a connection how far its request has arrived. */
  private static final class Progress implements Http1ConnectionListener {
    @Override
    public void prologue(ConnectionContext socket, HttpPrologue prologue) {
      Connection.current().lineIsRead();
    }

    @Override
    public void headers(ConnectionContext socket, Headers headers) {
      Connection.current()
          .headersAreRead(bodyLength(headers), headers.contains(HeaderValues.EXPECT_100));
    }

    private static OptionalLong bodyLength(Headers headers) {
      if (headers.contains(HeaderNames.TRANSFER_ENCODING)) {
        return OptionalLong.empty();
      }
      // A length that is none is refused later; nothing is known of what follows it.
      return OptionalLong.of(contentLength(headers).orElse(0L));
    }
  }

  /** Lets requests of gRPC be watched. */
  private record WatchedGrpc(
      Http2SubProtocolSelector selector, int messageBytes, RequestBudget budget)
      implements Http2SubProtocolSelector {
    @Override
    public SubProtocolResult subProtocol(
        ConnectionContext socket,
        HttpPrologue prologue,
        Http2Headers headers,
        Http2StreamWriter writer,
        int stream,
        Http2Settings serverSettings,
        Http2Settings clientSettings,
        StreamFlowControl flowControl,
        Http2StreamState state,
        Router router) {
      SubProtocolResult result =
          selector.subProtocol(
              socket,
              prologue,
              headers,
              writer,
              stream,
              serverSettings,
              clientSettings,
              flowControl,
              state,
              router);
      return result.supported()
          ? new SubProtocolResult(
              true,
              new GrpcRequest(
                  result.subProtocol(), Connection.current(), stream, messageBytes, budget.share()))
          : result;
    }
  }

  /** Tells a connection that it goes over to HTTP/2. */
  private record ToFrames(Http1Upgrader upgrader) implements Http1Upgrader {
    @Override
    public String supportedProtocol() {
      return upgrader.supportedProtocol();
    }

    @Override
    public @Nullable ServerConnection upgrade(
        ConnectionContext socket, HttpPrologue prologue, WritableHeaders<?> headers) {
      ServerConnection upgraded = upgrader.upgrade(socket, prologue, headers);
      if (upgraded != null) {
        Connection.current().readFrames();
      }
      return upgraded;
    }
  }
}
