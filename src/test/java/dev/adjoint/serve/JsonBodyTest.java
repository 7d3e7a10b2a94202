package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.collect.Collections2;
import com.sun.management.ThreadMXBean;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Signature;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of JSON in every order, and what reading them takes. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JsonBodyTest {
  private static final String PREDICT = "/v1/models/line:predict";
  private static final int MANY = 1 << 17;
  private static final int MOST_BYTES = 200;
  private static final TensorLimit LIMIT = new TensorLimit(1 << 24);

  @TempDir private static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server =
        TestServer.start(
            folder, TestServer.options().withLimits(1 << 22, 1 << 10, Duration.ofSeconds(20)));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String infer(String input) throws Exception {
    HttpResponse<String> answer =
        server.post(TestServer.INFER, "{\"id\":\"7\",\"inputs\":[{%s}]}".formatted(input));
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  @Test
  void membersOfAnInputComeInAnyOrder() throws Exception {
    String expected = server.post(TestServer.INFER, TestServer.ONE).body();
    List<String> members =
        List.of(
            "\"name\":\"x\"", "\"datatype\":\"FP32\"", "\"shape\":[1,2]", "\"data\":[[1],[[2]]]");
    for (List<String> order : Collections2.permutations(members)) {
      assertEquals(expected, infer(String.join(",", order)));
    }
  }

  @Test
  void whatIsGivenTwiceCountsAsItIsGivenLast() throws Exception {
    String expected = server.post(TestServer.INFER, TestServer.ONE).body();
    assertEquals(
        expected,
        infer(
            "\"name\":\"y\",\"datatype\":\"INT32\",\"shape\":[2],\"data\":[1,2],\"shape\":[1,2],"
                + "\"datatype\":\"FP32\",\"name\":\"x\""));
    String inputs = TestServer.ONE.substring(TestServer.ONE.indexOf("\"inputs\""));
    HttpResponse<String> answer =
        server.post(
            TestServer.INFER,
            "{\"id\":1,\"id\":\"7\",\"inputs\":[{\"name\":\"z\"},{}],\"inputs\":3," + inputs);
    assertEquals(expected, answer.body());
    answer = server.post(PREDICT, "{\"instances\":[[3,4],[5,6]],\"instances\":[[1,2]]}");
    assertEquals(server.post(PREDICT, "{\"instances\":[[1,2]]}").body(), answer.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"instances\":[[1,2]],\"signature_name\":\"predict\"} | predictions",
        "{\"x\":[[[9]]],\"instances\":[{\"x\":[1,2]}]} | predictions",
        "{\"inputs\":{\"x\":[[1,2]]}} | outputs",
        "{\"inputs\":[[1,2]],\"y\":{\"inputs\":3}} | outputs",
      })
  void predictionsInAnyForm(String body, String member) throws Exception {
    HttpResponse<String> answer = server.post(PREDICT, body);
    assertEquals(200, answer.statusCode(), answer.body());
    String expected = server.post(PREDICT, "{\"inputs\":[[1,2]]}").body();
    assertEquals(expected.replace("outputs", member), answer.body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[[1,2],[3]] | is ragged",
        "[[1,2],3] | is ragged",
        "[[1,2],[3,[4]]] | is ragged",
        "[[1,2],[[3,4]]] | is ragged",
        "[[],[1]] | is ragged",
        "[1,[2]] | is ragged",
        "[[1,2],null] | must be arrays of elements",
        "[{\"x\":[1,2]},{\"x\":[1,2],\"z\":1}] | one has also 'z', the first has [x]",
        "[{\"x\":[1,2],\"x\":[1,2]}] | has 'x' twice",
        "[{\"x\":[1,2]},{\"x\":[1]}] | is ragged",
        "[[1,2],[\"3\",4]] | no FP32: not a number",
        "[[1,2],[NaN,4]] | no FP32: not a number",
      })
  void instancesThatDoNotFit(String instances, String said) throws Exception {
    HttpResponse<String> refused = server.post(PREDICT, "{\"instances\":%s}".formatted(instances));
    assertEquals(400, refused.statusCode());
    assertTrue(refused.body().replace("\\u0027", "'").contains(said), refused.body());
  }

  @Test
  void tensorsThatAreTooLargeAreRefusedWhereverTheirShapeStands() throws Exception {
    String zeros = "0,".repeat(999) + "0";
    String describes = "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[500,2]";
    for (String input :
        List.of(
            "%s,\"data\":[%s]".formatted(describes, zeros),
            "\"data\":[%s],%s".formatted(zeros, describes))) {
      assertEquals(
          413, server.post(TestServer.INFER, "{\"inputs\":[{%s}]}".formatted(input)).statusCode());
    }
    HttpResponse<String> refused =
        server.post(PREDICT, "{\"instances\":[%s]}".formatted("[0,0],".repeat(999) + "[0,0]"));
    assertEquals(413, refused.statusCode());
    assertTrue(refused.body().contains("[1000, 2] takes 8000 bytes"), refused.body());
  }

  @Test
  void whatIsNoTensorHasABound() throws Exception {
    String many = "[" + "0,".repeat(70_000) + "0]";
    for (String member : List.of("id", "parameters", "outputs", "shape")) {
      String body = TestServer.ONE.replaceFirst("\"id\":\"7\"", "\"" + member + "\":" + many);
      assertEquals(
          member.equals("shape") ? 200 : 400, server.post(TestServer.INFER, body).statusCode());
    }
    assertEquals(
        400,
        server
            .post(TestServer.INFER, "{\"inputs\":[%s]}".formatted("{},".repeat(5000) + "{}"))
            .statusCode());
    assertEquals(
        400,
        server
            .post(TestServer.INFER, "{\"inputs\":[{\"shape\":%s}]}".formatted(many))
            .statusCode());
  }

  private static void assertRefused(String body, String said) throws Exception {
    HttpResponse<String> refused = server.post(TestServer.INFER, body);
    assertEquals(400, refused.statusCode(), refused.body());
    assertTrue(refused.body().replace("\\u0027", "'").contains(said), refused.body());
  }

  @Test
  void whatIsNoTensorHasABoundForAllInputsTogether() throws Exception {
    String shape = "{\"shape\":[" + "1,".repeat(500) + "1]}";
    assertRefused(
        "{\"inputs\":[%s]}".formatted((shape + ",").repeat(1000) + shape),
        "besides its data, more than 65536 parts");
    String text = "\"signature_name\":[" + "1,".repeat(500) + "1],";
    HttpResponse<String> refused =
        server.post(PREDICT, "{%s\"instances\":[[1,2]]}".formatted(text.repeat(200)));
    assertEquals(400, refused.statusCode());
    assertTrue(refused.body().contains("more than 65536 parts"), refused.body());
  }

  @Test
  void anInputHasItsDataOnce() throws Exception {
    String twice = "\"data\":[1,2],\"data\":[1,2]";
    for (String before : List.of("", "\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],")) {
      assertRefused(
          "{\"inputs\":[{},{%s}]}".formatted(before + twice), "inputs[1] has 'data' twice");
    }
  }

  private static JsonBody body(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return new JsonBody(bytes, bytes.length);
  }

  /** How many bytes this thread allocates for each of many elements, once all is loaded. */
  private static long allocated(Runnable reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    reading.run();
    long before = threads.getCurrentThreadAllocatedBytes();
    reading.run();
    return (threads.getCurrentThreadAllocatedBytes() - before) / MANY;
  }

  /**
   * An element may take its text, and its place in the array and in those that were too small, and
   * an instance its share of that. A node of a tree would come on top, with its place in a list.
   */
  private static void assertWithoutTree(Supplier<Tensor> reading) {
    long bytes = allocated(() -> assertEquals(MANY, reading.get().size()));
    assertTrue(bytes <= MOST_BYTES, () -> bytes + " bytes for an element");
  }

  @ParameterizedTest
  @CsvSource({
    "FP32, 0.15625",
    "FP64, 0.15625",
    "INT32, 12345",
    "INT64, -1234567890123",
    "BOOL, false"
  })
  void elementsAreReadWithoutATree(String datatype, String element) {
    String data = "[" + (element + ",").repeat(MANY - 1) + element + "]";
    String describes =
        "\"name\":\"x\",\"datatype\":\"%s\",\"shape\":[%d]".formatted(datatype, MANY);
    for (String input :
        List.of(describes + ",\"data\":" + data, "\"data\":" + data + "," + describes)) {
      JsonBody body = body("{\"inputs\":[{%s}]}".formatted(input));
      assertWithoutTree(
          () -> InferBody.read(body, ByteBuffer.allocate(0), LIMIT).inputs().get("x"));
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT32, 0.15625", "INT64, 77", "BOOL, true"})
  void instancesAreReadWithoutATree(DType dtype, String element) {
    GraphBuilder g = GraphBuilder.create("g");
    g.signature("predict").output("y", g.input("x", dtype, Shape.parse("[N, 2]")));
    Graph graph = g.build();
    Signature signature = graph.signature("predict");
    String row = "[%s,%s]".formatted(element, element);
    String named = "{\"x\":%s}".formatted(row);
    for (String instance : List.of(row, named)) {
      String all = (instance + ",").repeat(MANY / 2 - 1) + instance;
      JsonBody body = body("{\"instances\":[%s]}".formatted(all));
      assertWithoutTree(() -> PredictBody.of(body).inputs(signature, LIMIT).tensors().get("x"));
    }
  }

  @Test
  void whatNobodyReadsTakesNothing() {
    String skipped = "\"more\":{\"data\":[%s0]}".formatted("{\"a\":[1.5]},".repeat(MANY));
    JsonBody body =
        body(
            "{%s,\"inputs\":[{%s,\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1],\"data\":[3]}]}"
                .formatted(skipped, skipped));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Map<String, Tensor> inputs = InferBody.read(body, ByteBuffer.allocate(0), LIMIT).inputs();
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertArrayEquals(new float[] {3}, new float[] {(float) inputs.get("x").getDouble(0)});
    assertTrue(bytes < 8L * MANY, () -> bytes + " bytes");
  }
}
