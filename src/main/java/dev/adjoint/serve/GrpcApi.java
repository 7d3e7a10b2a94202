package dev.adjoint.serve;

import com.google.common.primitives.Booleans;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Ints;
import com.google.common.primitives.Longs;
import com.google.protobuf.ByteString;
import dev.adjoint.graph.Node;
import dev.adjoint.graph.Signature;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.InferTensorContents;
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
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The protocol's gRPC service. */
final class GrpcApi extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final ModelRepository repository;
  private final TensorLimit limit;

  GrpcApi(ModelRepository repository, TensorLimit limit) {
    this.repository = repository;
    this.limit = limit;
  }

  private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
    T value;
    try {
      value = answer.get();
    } catch (ServeException e) {
      observer.onError(
          Status.fromCode(e.kind().grpc()).withDescription(e.getMessage()).asRuntimeException());
      return;
    }
    observer.onNext(value);
    observer.onCompleted();
  }

  private static Optional<String> version(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
    answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(
      ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
    answer(observer, () -> ServerReadyResponse.newBuilder().setReady(repository.isReady()).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
    boolean ready = repository.isReady(request.getName(), version(request.getVersion()));
    answer(observer, () -> ModelReadyResponse.newBuilder().setReady(ready).build());
  }

  @Override
  public void serverMetadata(
      ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
    answer(
        observer,
        () ->
            ServerMetadataResponse.newBuilder()
                .setName("adjoint")
                .setVersion(RestApi.version())
                .addAllExtensions(RestApi.extensions())
                .build());
  }

  @Override
  public void modelMetadata(
      ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
    answer(
        observer,
        () -> repository.use(request.getName(), version(request.getVersion()), this::metadata));
  }

  private ModelMetadataResponse metadata(ModelVersion version) {
    Signature signature = version.signature(Optional.empty());
    ModelMetadataResponse.Builder out =
        ModelMetadataResponse.newBuilder()
            .setName(version.model())
            .addAllVersions(repository.versions(version.model()))
            .setPlatform("adjoint_graph")
            .putAllProperties(version.graph().metadata());
    signature.inputs().forEach((name, node) -> out.addInputs(end(name, node)));
    signature.outputs().forEach((name, node) -> out.addOutputs(end(name, node)));
    return out.build();
  }

  private static ModelMetadataResponse.TensorMetadata end(String name, Node node) {
    return ModelMetadataResponse.TensorMetadata.newBuilder()
        .setName(name)
        .setDatatype(WireType.nameOf(node.type().dtype()))
        .addAllShape(WireType.shapeOf(node))
        .build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
    answer(observer, () -> infer(request));
  }

  private ModelInferResponse infer(ModelInferRequest request) {
    boolean raw = request.getRawInputContentsCount() > 0;
    if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
      throw ServeException.invalid(
          "There are %d inputs and %d raw contents.",
          request.getInputsCount(), request.getRawInputContentsCount());
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      ModelInferRequest.InferInputTensor input = request.getInputs(i);
      Tensor tensor = raw ? raw(input, request.getRawInputContents(i)) : typed(input);
      if (inputs.put(input.getName(), tensor) != null) {
        throw ServeException.invalid("The input '%s' is given twice.", input.getName());
      }
    }
    List<String> outputs =
        request.getOutputsList().stream().map(output -> output.getName()).toList();
    if (outputs.stream().distinct().count() != outputs.size()) {
      throw ServeException.invalid("An output is asked for twice.");
    }
    Optional<String> signature =
        Optional.ofNullable(request.getParametersMap().get("signature"))
            .map(parameter -> parameter.getStringParam());
    Optional<String> version = version(request.getModelVersion());
    InferRequest asked =
        new InferRequest(
            request.getModelName(), version, signature, inputs, outputs, Optional.empty());
    Exchange exchange = GrpcCalls.EXCHANGE.get();
    exchange.received(request.getSerializedSize());
    ModelInferResponse response =
        repository.use(
            request.getModelName(),
            version,
            found -> response(request, found, raw, found.infer(asked, exchange)));
    exchange.sent(response.getSerializedSize());
    return response;
  }

  private Tensor raw(ModelInferRequest.InferInputTensor input, ByteString bytes) {
    if (input.hasContents()) {
      throw ServeException.invalid(
          "The input '%s' has contents and raw contents.", input.getName());
    }
    DType dtype = WireType.of(input.getName(), input.getDatatype());
    limit.require(input.getName(), dtype, input.getShapeList());
    return WireType.raw(input.getName(), dtype, input.getShapeList(), bytes.asReadOnlyByteBuffer());
  }

  private Tensor typed(ModelInferRequest.InferInputTensor input) {
    String name = input.getName();
    DType dtype = WireType.of(name, input.getDatatype());
    limit.require(name, dtype, input.getShapeList());
    int count = WireType.elements(name, input.getShapeList());
    Shape shape = Shape.of(WireType.sizes(input.getShapeList()));
    InferTensorContents contents = input.getContents();
    int given =
        switch (dtype) {
          case FLOAT32 -> contents.getFp32ContentsCount();
          case FLOAT64 -> contents.getFp64ContentsCount();
          case INT32 -> contents.getIntContentsCount();
          case INT64 -> contents.getInt64ContentsCount();
          case BOOL -> contents.getBoolContentsCount();
        };
    if (given != count) {
      throw ServeException.invalid(
          "The input '%s' %s %s has %d elements, given %d of its datatype.",
          name, input.getDatatype(), input.getShapeList(), count, given);
    }
    return switch (dtype) {
      case FLOAT32 -> Tensor.adopt(Floats.toArray(contents.getFp32ContentsList()), shape);
      case FLOAT64 -> Tensor.adopt(Doubles.toArray(contents.getFp64ContentsList()), shape);
      case INT32 -> Tensor.adopt(Ints.toArray(contents.getIntContentsList()), shape);
      case INT64 -> Tensor.adopt(Longs.toArray(contents.getInt64ContentsList()), shape);
      case BOOL -> Tensor.adopt(Booleans.toArray(contents.getBoolContentsList()), shape);
    };
  }

  private static ModelInferResponse response(
      ModelInferRequest request, ModelVersion version, boolean raw, Map<String, Tensor> outputs) {
    ModelInferResponse.Builder out =
        ModelInferResponse.newBuilder()
            .setModelName(version.model())
            .setModelVersion(version.version())
            .setId(request.getId());
    outputs.forEach((name, tensor) -> {
      ModelInferResponse.InferOutputTensor.Builder output =
          out.addOutputsBuilder().setName(name).setDatatype(WireType.nameOf(tensor.dtype()));
      for (long size : tensor.shape().sizes()) {
        output.addShape(size);
      }
      if (raw) {
        out.addRawOutputContents(ByteString.copyFrom(tensor.toBytes()));
      } else {
        output.setContents(contents(tensor));
      }
    });
    return out.build();
  }

  private static InferTensorContents contents(Tensor tensor) {
    InferTensorContents.Builder out = InferTensorContents.newBuilder();
    switch (tensor.dtype()) {
      case FLOAT32 -> out.addAllFp32Contents(Floats.asList(tensor.toFloats()));
      case FLOAT64 -> out.addAllFp64Contents(Doubles.asList(tensor.toDoubles()));
      case INT32 -> out.addAllIntContents(Ints.asList(tensor.toInts()));
      case INT64 -> out.addAllInt64Contents(Longs.asList(tensor.toLongs()));
      case BOOL -> out.addAllBoolContents(Booleans.asList(tensor.toBooleans()));
    }
    return out.build();
  }

  @Override
  public void repositoryIndex(
      RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
    RepositoryIndexResponse.Builder out = RepositoryIndexResponse.newBuilder();
    repository.index().stream()
        .filter(state -> state.isReady() || !request.getReady())
        .forEach(state ->
            out.addModelsBuilder()
                .setName(state.name())
                .setVersion(state.version())
                .setState(state.state())
                .setReason(state.reason()));
    answer(observer, out::build);
  }

  @Override
  public void repositoryModelLoad(
      RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
    answer(
        observer,
        () -> {
          repository.load(request.getModelName());
          return RepositoryModelLoadResponse.getDefaultInstance();
        });
  }

  @Override
  public void repositoryModelUnload(
      RepositoryModelUnloadRequest request,
      StreamObserver<RepositoryModelUnloadResponse> observer) {
    answer(
        observer,
        () -> {
          repository.unload(request.getModelName());
          return RepositoryModelUnloadResponse.getDefaultInstance();
        });
  }
}
