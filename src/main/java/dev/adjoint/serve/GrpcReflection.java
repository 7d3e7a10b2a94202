package dev.adjoint.serve;

import com.google.common.collect.ImmutableList;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.InternalServer;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What tells tools such as grpcurl which services there are and what their messages look like, in
 * the versions {@code v1} and {@code v1alpha} of the service.
 */
final class GrpcReflection {
  private GrpcReflection() {}

  /** The given services, and those that describe them and themselves. */
  static ImmutableList<ServerServiceDefinition> describing(List<ServerServiceDefinition> services) {
    List<ServerServiceDefinition> describers =
        List.of(ProtoReflectionServiceV1.newInstance().bindService(), older().bindService());
    Server listed =
        new Listed(
            ImmutableList.<ServerServiceDefinition>builder()
                .addAll(services)
                .addAll(describers)
                .build());
    ServerInterceptor tellsThem = tellsOf(listed);
    ImmutableList.Builder<ServerServiceDefinition> all = ImmutableList.builder();
    all.addAll(services);
    describers.forEach(each -> all.add(ServerInterceptors.intercept(each, tellsThem)));
    return all.build();
  }

  /** The version that older tools ask for. */
  @SuppressWarnings("deprecation")
  private static BindableService older() {
    return ProtoReflectionService.newInstance();
  }

  /** gRPC's own servers put themselves there, and the describing services ask them. */
  private static ServerInterceptor tellsOf(Server server) {
    return new ServerInterceptor() {
      @Override
      public <A, B> ServerCall.Listener<A> interceptCall(
          ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
        Context context = Context.current().withValue(InternalServer.SERVER_CONTEXT_KEY, server);
        return Contexts.interceptCall(context, call, headers, next);
      }
    };
  }

  /** A list of services in the form of a server, which another one runs. */
  private static final class Listed extends Server {
    private final ImmutableList<ServerServiceDefinition> services;

    Listed(ImmutableList<ServerServiceDefinition> services) {
      this.services = services;
    }

    @Override
    public ImmutableList<ServerServiceDefinition> getImmutableServices() {
      return services;
    }

    @Override
    public ImmutableList<ServerServiceDefinition> getServices() {
      return services;
    }

    private static UnsupportedOperationException isOnlyAList() {
      return new UnsupportedOperationException("This server is only a list of services.");
    }

    @Override
    public Server start() {
      throw isOnlyAList();
    }

    @Override
    public Server shutdown() {
      throw isOnlyAList();
    }

    @Override
    public Server shutdownNow() {
      throw isOnlyAList();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      throw isOnlyAList();
    }

    @Override
    public void awaitTermination() {
      throw isOnlyAList();
    }
  }
}
