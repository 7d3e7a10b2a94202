package dev.adjoint.serve;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Lets through only calls that carry the token, if there is one. */
final class TokenInterceptor implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Optional<String> token;

  TokenInterceptor(Optional<String> token) {
    this.token = token;
  }

  /** Compares in a time that does not tell how much of it is right. */
  static boolean isAllowed(Optional<String> token, Optional<String> header) {
    return token.isEmpty()
        || MessageDigest.isEqual(
            ("Bearer " + token.get()).getBytes(StandardCharsets.UTF_8),
            header.orElse("").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    if (isAllowed(token, Optional.ofNullable(headers.get(AUTHORIZATION)))) {
      return next.startCall(call, headers);
    }
    call.close(Status.UNAUTHENTICATED.withDescription("A valid token is needed."), new Metadata());
    return new ServerCall.Listener<>() {};
  }
}
