package dev.adjoint.serve;

import com.google.protobuf.ByteString;
import dev.adjoint.serve.proto.InferParameter;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelInferResponse;
import dev.adjoint.tensor.Tensor;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Inference over gRPC. Inputs are raw contents all, or none; the outputs of a request that is raw
 * are raw too.
 */
final class GrpcInference {
  private final ModelRepository repository;
  private final GrpcTensors tensors;

  GrpcInference(ModelRepository repository, TensorLimit limit) {
    this.repository = repository;
    this.tensors = new GrpcTensors(limit);
  }

  ModelInferResponse infer(ModelInferRequest request, Exchange exchange) {
    boolean raw = request.getRawInputContentsCount() > 0;
    Map<String, Tensor> inputs = inputs(request, raw);
    List<String> outputs =
        request.getOutputsList().stream().map(output -> output.getName()).toList();
    if (outputs.stream().distinct().count() != outputs.size()) {
      throw ServeException.invalid("An output is asked for twice.");
    }
    Optional<String> signature = parameter(request, "signature").map(GrpcInference::signature);
    Optional<Duration> timeout =
        parameter(request, "timeout").map(GrpcInference::micros).map(InferRequest::timeout);
    Optional<String> version = GrpcApi.version(request.getModelVersion());
    InferRequest asked =
        new InferRequest(request.getModelName(), version, signature, inputs, outputs, timeout);
    exchange.received(request.getSerializedSize());
    ModelInferResponse response =
        repository.use(
            request.getModelName(),
            version,
            found -> response(request, found, raw, found.infer(asked, exchange)));
    exchange.sent(response.getSerializedSize());
    return response;
  }

  private static Optional<InferParameter> parameter(ModelInferRequest request, String name) {
    return Optional.ofNullable(request.getParametersMap().get(name));
  }

  private static String signature(InferParameter given) {
    if (given.hasStringParam()) {
      return given.getStringParam();
    }
    throw ServeException.invalid("'signature' must be a string.");
  }

  private static long micros(InferParameter given) {
    return switch (given.getParameterChoiceCase()) {
      case INT64_PARAM -> given.getInt64Param();
      case UINT64_PARAM -> given.getUint64Param();
      default -> throw ServeException.invalid("'timeout' must be a whole number of 64 bits.");
    };
  }

  private Map<String, Tensor> inputs(ModelInferRequest request, boolean raw) {
    if (raw && request.getRawInputContentsCount() != request.getInputsCount()) {
      throw ServeException.invalid(
          "There are %d inputs and %d raw contents.",
          request.getInputsCount(), request.getRawInputContentsCount());
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < request.getInputsCount(); i++) {
      ModelInferRequest.InferInputTensor input = request.getInputs(i);
      Tensor tensor =
          raw ? tensors.raw(input, request.getRawInputContents(i)) : tensors.typed(input);
      if (inputs.put(input.getName(), tensor) != null) {
        throw ServeException.invalid("The input '%s' is given twice.", input.getName());
      }
    }
    return inputs;
  }

  private static ModelInferResponse response(
      ModelInferRequest request, ModelVersion version, boolean raw, Map<String, Tensor> outputs) {
    ModelInferResponse.Builder out =
        ModelInferResponse.newBuilder()
            .setModelName(version.model())
            .setModelVersion(version.version())
            .setId(request.getId());
    outputs.forEach((name, tensor) -> {
      TensorMetadata said = new TensorMetadata(name, tensor.dtype(), tensor.shape());
      ModelInferResponse.InferOutputTensor.Builder output =
          out.addOutputsBuilder()
              .setName(name)
              .setDatatype(said.datatype())
              .addAllShape(said.sizes());
      if (raw) {
        out.addRawOutputContents(ByteString.copyFrom(tensor.toBytes()));
      } else {
        output.setContents(GrpcTensors.contents(tensor));
      }
    });
    return out.build();
  }
}
