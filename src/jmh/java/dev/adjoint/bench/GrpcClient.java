package dev.adjoint.bench;

import com.google.protobuf.ByteString;
import dev.adjoint.serve.proto.GRPCInferenceServiceGrpc;
import dev.adjoint.serve.proto.ModelInferRequest;
import dev.adjoint.tensor.Tensor;
import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.nio.ByteOrder;
import java.util.List;

/** Asks over gRPC with raw tensors, on one connection. */
final class GrpcClient implements InferenceClient {
  private final ManagedChannel channel;
  private final GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub stub;
  private final List<ModelInferRequest> requests;

  GrpcClient(int port, Questions questions) {
    this.channel = OkHttpChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.stub = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    this.requests = questions.images().stream().map(GrpcClient::request).toList();
  }

  private static ModelInferRequest request(Tensor image) {
    ModelInferRequest.Builder request =
        ModelInferRequest.newBuilder().setModelName(ServedNetwork.NAME);
    ModelInferRequest.InferInputTensor.Builder input =
        request.addInputsBuilder().setName(ServedNetwork.INPUT).setDatatype("FP32");
    for (long size : image.shape().sizes()) {
      input.addShape(size);
    }
    return request.addRawInputContents(ByteString.copyFrom(image.toBytes())).build();
  }

  @Override
  public float[] ask(int image) {
    var buffer =
        stub.modelInfer(requests.get(image))
            .getRawOutputContents(0)
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] answer = new float[buffer.remaining()];
    buffer.get(answer);
    return answer;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
