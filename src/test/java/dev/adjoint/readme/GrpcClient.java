package dev.adjoint.readme;

import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.serve.proto.ModelInferResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;

/** The README's client of a server, with all the imports that it needs. */
final class GrpcClient {
  private GrpcClient() {}

  /** The first probability that the model 'digits' gives for the row 1, 2. */
  static float probability(String address) {
    ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("digits");
    request
        .addInputsBuilder()
        .setName("x")
        .setDatatype("FP32")
        .addShape(1)
        .addShape(2)
        .getContentsBuilder()
        .addFp32Contents(1)
        .addFp32Contents(2);
    ManagedChannel channel =
        Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
    ModelInferResponse answer =
        GRPCInferenceServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(Duration.ofSeconds(10))
            .modelInfer(request.build());
    float probability = answer.getOutputs(0).getContents().getFp32Contents(0);
    channel.shutdown();
    return probability;
  }
}
