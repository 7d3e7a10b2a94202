package dev.adjoint.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.adjoint.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Asks over HTTP with the JDK's client. */
final class RestClient implements InferenceClient {
  private static final String JSON_BYTES = "Inference-Header-Content-Length";
  private static final int OK = 200;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<HttpRequest> requests;
  private final HttpRequest live;

  private RestClient(String server, List<HttpRequest> requests) {
    this.live = HttpRequest.newBuilder(URI.create(server + "/v2/health/live")).build();
    this.requests = requests;
  }

  private static String server(int port) {
    return "http://127.0.0.1:" + port;
  }

  private static HttpRequest.Builder inference(int port) {
    String path = "/v2/models/%s/infer".formatted(ServedNetwork.NAME);
    return HttpRequest.newBuilder(URI.create(server(port) + path));
  }

  /** Tensors are written as numbers. */
  static RestClient json(int port, Questions questions) {
    return new RestClient(
        server(port), questions.images().stream().map(image -> json(port, image)).toList());
  }

  private static HttpRequest json(int port, Tensor image) {
    JsonArray data = new JsonArray();
    for (float value : image.toFloats()) {
      data.add(value);
    }
    JsonObject input = input(image);
    input.add("data", data);
    return inference(port).POST(BodyPublishers.ofString(request(input).toString())).build();
  }

  /** Tensors are written as bytes. */
  static RestClient binary(int port, Questions questions) {
    return new RestClient(
        server(port), questions.images().stream().map(image -> binary(port, image)).toList());
  }

  private static HttpRequest binary(int port, Tensor image) {
    ByteBuffer data = image.toBytes();
    JsonObject size = new JsonObject();
    size.addProperty("binary_data_size", data.remaining());
    JsonObject input = input(image);
    input.add("parameters", size);
    JsonObject answer = new JsonObject();
    answer.addProperty("binary_data_output", true);
    JsonObject request = request(input);
    request.add("parameters", answer);
    byte[] head = request.toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(head);
    body.write(data.array(), data.arrayOffset(), data.remaining());
    return inference(port)
        .header(JSON_BYTES, Integer.toString(head.length))
        .POST(BodyPublishers.ofByteArray(body.toByteArray()))
        .build();
  }

  private static JsonObject input(Tensor image) {
    JsonArray shape = new JsonArray();
    for (long size : image.shape().sizes()) {
      shape.add(size);
    }
    JsonObject input = new JsonObject();
    input.addProperty("name", ServedNetwork.INPUT);
    input.addProperty("datatype", "FP32");
    input.add("shape", shape);
    return input;
  }

  private static JsonObject request(JsonObject input) {
    JsonArray inputs = new JsonArray();
    inputs.add(input);
    JsonObject request = new JsonObject();
    request.add("inputs", inputs);
    return request;
  }

  @Override
  public float[] ask(int image) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = send(requests.get(image));
    return response.headers().firstValue(JSON_BYTES).isPresent()
        ? fromBytes(response)
        : fromNumbers(response);
  }

  /** Asks nothing: what the way to the server and back costs. */
  void ping() throws IOException, InterruptedException {
    send(live);
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
    if (response.statusCode() != OK) {
      String body = new String(response.body(), StandardCharsets.UTF_8);
      throw new IOException(response.statusCode() + ": " + body);
    }
    return response;
  }

  private static float[] fromNumbers(HttpResponse<byte[]> response) {
    String body = new String(response.body(), StandardCharsets.UTF_8);
    List<JsonElement> data =
        JsonParser.parseString(body)
            .getAsJsonObject()
            .getAsJsonArray("outputs")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("data")
            .asList();
    float[] answer = new float[data.size()];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = data.get(i).getAsFloat();
    }
    return answer;
  }

  private static float[] fromBytes(HttpResponse<byte[]> response) {
    int head = Math.toIntExact(response.headers().firstValueAsLong(JSON_BYTES).orElseThrow());
    var buffer =
        ByteBuffer.wrap(response.body(), head, response.body().length - head)
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] answer = new float[buffer.remaining()];
    buffer.get(answer);
    return answer;
  }

  @Override
  public void close() {
    client.close();
  }
}
