package dev.adjoint.serve;

import dev.adjoint.graph.Signature;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelInferResponse;
import dev.adjoint.serve.proto.ModelMetadataRequest;
import dev.adjoint.serve.proto.ModelMetadataResponse;
import dev.adjoint.serve.proto.ModelReadyRequest;
import dev.adjoint.serve.proto.ModelReadyResponse;
import dev.adjoint.serve.proto.RepositoryIndexRequest;
import dev.adjoint.serve.proto.RepositoryIndexResponse;
import dev.adjoint.serve.proto.RepositoryModelLoadRequest;
import dev.adjoint.serve.proto.RepositoryModelLoadResponse;
import dev.adjoint.serve.proto.RepositoryModelUnloadRequest;
import dev.adjoint.serve.proto.RepositoryModelUnloadResponse;
import dev.adjoint.serve.proto.ServerLiveRequest;
import dev.adjoint.serve.proto.ServerLiveResponse;
import dev.adjoint.serve.proto.ServerMetadataRequest;
import dev.adjoint.serve.proto.ServerMetadataResponse;
import dev.adjoint.serve.proto.ServerReadyRequest;
import dev.adjoint.serve.proto.ServerReadyResponse;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/**
 * The protocol's gRPC service. A method that throws {@link ServeException} is answered by {@link
 * GrpcCalls}.
 */
final class GrpcApi extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final ModelRepository repository;
  private final GrpcInference inference;

  GrpcApi(ModelRepository repository, TensorLimit limit) {
    this.repository = repository;
    this.inference = new GrpcInference(repository, limit);
  }

  /** A version as requests name it: the empty name stands for the newest. */
  static Optional<String> version(String name) {
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    GrpcCalls.answer(observer, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    boolean ready = repository.isReady();
    GrpcCalls.answer(observer, ServerReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    boolean ready = repository.isReady(request.getName(), version(request.getVersion()));
    GrpcCalls.answer(observer, ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    GrpcCalls.answer(
        observer,
        ServerMetadataResponse.newBuilder()
            .setName("adjoint")
            .setVersion(RestApi.version())
            .addAllExtensions(RestApi.extensions())
            .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    GrpcCalls.answer(
        observer, repository.use(request.getName(), version(request.getVersion()), this::metadata));
  }

  private ModelMetadataResponse metadata(ModelVersion version) {
    Signature signature = version.signature(Optional.empty());
    ModelMetadataResponse.Builder out =
        ModelMetadataResponse.newBuilder()
            .setName(version.model())
            .addAllVersions(repository.versions(version.model()))
            .setPlatform("adjoint_graph")
            .putAllProperties(version.graph().metadata());
    TensorMetadata.of(signature.inputs()).forEach(tensor -> out.addInputs(message(tensor)));
    TensorMetadata.of(signature.outputs()).forEach(tensor -> out.addOutputs(message(tensor)));
    return out.build();
  }

  private static ModelMetadataResponse.TensorMetadata message(TensorMetadata tensor) {
    return ModelMetadataResponse.TensorMetadata.newBuilder()
        .setName(tensor.name())
        .setDatatype(tensor.datatype())
        .addAllShape(tensor.sizes())
        .build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    GrpcCalls.answer(observer, inference.infer(request, GrpcCalls.EXCHANGE.get()));
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    RepositoryIndexResponse.Builder out = RepositoryIndexResponse.newBuilder();
    repository
        .index(request.getReady())
        .forEach(state ->
            out.addModelsBuilder()
                .setName(state.name())
                .setVersion(state.version())
                .setState(state.state())
                .setReason(state.reason()));
    GrpcCalls.answer(observer, out.build());
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    ModelRepository.requireNoUpload(request.getParametersMap().keySet());
    repository.load(request.getModelName());
    GrpcCalls.answer(observer, RepositoryModelLoadResponse.getDefaultInstance());
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> observer) {
    repository.unload(request.getModelName());
    GrpcCalls.answer(observer, RepositoryModelUnloadResponse.getDefaultInstance());
  }
}
