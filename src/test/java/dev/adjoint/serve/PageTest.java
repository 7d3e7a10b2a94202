package dev.adjoint.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.saved.ImageInput;
import dev.adjoint.saved.SavedModel;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.data.ImageFile;
import java.awt.image.BufferedImage;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page for browsers, as somebody in front of it sees and uses it. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageTest {
  @TempDir private Path folder;

  /** Says how light the image is: {@code [1 - mean, mean]}. */
  private static Graph light(String... metadata) {
    GraphBuilder g = GraphBuilder.create("light");
    Value image = g.input("image", DType.FLOAT32, Shape.parse("[N, 4, 5, 1]"));
    Value mean = image.reshape(Shape.parse("[N, 20]")).mean(1);
    Value parts =
        mean.reshape(Shape.parse("[N, 1]"))
            .matmul(g.constant(Tensor.nested(new float[][] {{-1, 1}})));
    g.signature("predict").output("probabilities", parts.add(g.constant(Tensor.vector(1f, 0f))));
    for (int i = 0; i < metadata.length; i += 2) {
      g.metadata(metadata[i], metadata[i + 1]);
    }
    return g.build();
  }

  /** Gives back the elements that an image became. */
  private static Graph same(String type, String preprocessing) {
    GraphBuilder g = GraphBuilder.create("same");
    Value image = g.input("image", TensorType.parse(type));
    g.signature("predict").output("elements", image.add(g.constant(Tensor.scalar(0f))));
    g.metadata("preprocessing", preprocessing);
    return g.build();
  }

  private TestServer serve(Graph graph, ServerOptions options) throws Exception {
    SavedModel.write(folder.resolve("models/shown/3"), graph, Map.of());
    return TestServer.of(folder.resolve("models"), options);
  }

  private Path file(String name, BufferedImage image) throws Exception {
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private Path gray(int height, int width, int sample) throws Exception {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < width * height; i++) {
      image.getRaster().setSample(i % width, i / width, 0, sample);
    }
    return file("gray.png", image);
  }

  private Path colors(int height, int width) throws Exception {
    Random random = new Random(7);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt(1 << 24));
    }
    return file("colors.png", image);
  }

  @Test
  void loadsNothingFromElsewhere() throws Exception {
    try (TestServer server = TestServer.start(folder, TestServer.options().withToken("secret"))) {
      for (String path : new String[] {"/", "/page.css", "/page.js"}) {
        HttpResponse<String> page = server.get(path);
        assertEquals(200, page.statusCode());
        String policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
        assertTrue(policy.startsWith("default-src 'none';"), policy);
        assertFalse(policy.contains("unsafe"), policy);
        assertEquals("nosniff", page.headers().firstValue("X-Content-Type-Options").orElseThrow());
        assertFalse(page.body().contains("://"), "an address of another server");
        assertFalse(page.body().contains("innerHTML"), "text that is read as HTML");
        assertFalse(page.body().contains("secret"));
      }
      assertEquals(
          "text/html; charset=utf-8",
          server.get("/").headers().firstValue("Content-Type").orElseThrow());
      assertEquals(401, server.get("/page/models").statusCode());
      assertEquals(
          404,
          server
              .send(server.request("/page/none").header("Authorization", "Bearer secret"))
              .statusCode());
      assertEquals(405, server.post("/page.js", "").statusCode());
    }
  }

  @Test
  void showsModelsSignaturesAndShapes() throws Exception {
    SavedModel.write(folder.resolve("models/line/1"), TestServer.line(1), Map.of());
    SavedModel.write(folder.resolve("models/line/2"), TestServer.line(2), Map.of());
    ModelOptions all = TestServer.models().withVersions(VersionPolicy.parse("all"));
    try (TestServer server = serve(light(), TestServer.options().with(all));
        Browser browser = Browser.open(server)) {
      browser.awaitText("models", "line, version 1");
      browser.awaitText("models", "line, version 2");
      browser.awaitText("models", "shown, version 3");
      browser.awaitText("models", "ready");
      browser.awaitText("models", "predict");
      browser.awaitText("models", "input", "image", "FP32 [N, 4, 5, 1]");
      browser.awaitText("models", "output", "probabilities", "FP32 [N, 2]");
      browser.awaitText("models", "The input 'x' takes no image: it is f32[N, 2].");
      browser.awaitText("state", "The server is ready.");
    }
  }

  @Test
  void triesAnImageAndCountsIt() throws Exception {
    try (TestServer server =
            serve(light("classes", "dark,light", "background", "DARK"), TestServer.options());
        Browser browser = Browser.open(server)) {
      browser.awaitText("metrics", "shown", "3", "0");
      browser.choose(gray(4, 5, 51));
      browser.awaitResult("probabilities", "dark", "0.8000", "light", "0.2000");
      browser.awaitText("metrics", "shown", "3", "1");
      browser.invert();
      browser.awaitResult("light", "0.8000", "dark", "0.2000");
      browser.awaitResult("light on its border", "try it without inverting");
      browser.awaitText("metrics", "shown", "3", "2");
      browser.awaitText("heap", "MB of heap");
      assertEquals(2, server.ended("shown", "success"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "f32[N, 4, 5, 1]; range=0..1; 4; 5; false",
        "f32[N, 4, 5, 1]; range=0..1; 4; 5; true",
        "f32[N, 4, 5, 1]; mean=0.1307 deviation=0.3081; 9; 13; false",
        "f32[N, 4, 5, 3]; mean=0.485,0.456,0.406 deviation=0.229,0.224,0.225; 4; 5; false",
        "f32[N, 3, 4, 5]; range=0..255 mean=103.5,116.3,123.7 channels=bgr; 11; 3; true",
        "f32[N, 4, 5]; range=-1..1 inverted=true; 2; 2; false",
        "f32[N, 20]; size=5x4; 50; 40; false"
      })
  void sendsTheBitsThatTheCommandComputes(
      String type, String preprocessing, int height, int width, boolean inverted) throws Exception {
    Graph graph = same(type, preprocessing);
    ImageInput input = ImageInput.of(graph, graph.signature("predict"));
    Path file = colors(height, width);
    Tensor expected = input.value(input.seen(ImageFile.read(file, input.imageShape()), inverted));
    try (TestServer server = serve(graph, TestServer.options());
        Browser browser = Browser.open(server)) {
      browser.awaitText("models", "shown, version 3");
      if (inverted) {
        browser.invert();
      }
      browser.choose(file);
      assertArrayEquals(expected.toFloats(), browser.awaitSent());
    }
  }

  @Test
  void saysWhatIsNoImage() throws Exception {
    try (TestServer server = serve(light(), TestServer.options());
        Browser browser = Browser.open(server)) {
      browser.awaitText("models", "shown, version 3");
      browser.choose(Files.writeString(folder.resolve("notes.txt"), "no image"));
      browser.awaitResult("notes.txt is no image that can be read here.");
      browser.choose(gray(4, 5, 51));
      browser.awaitResult("class 0", "0.8000", "class 1", "0.2000");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"scale the image to 0..1", "size=3x3"})
  void saysThatPreprocessingIsNotUnderstood(String preprocessing) throws Exception {
    try (TestServer server = serve(light("preprocessing", preprocessing), TestServer.options());
        Browser browser = Browser.open(server)) {
      browser.awaitText("models", "shown, version 3");
      browser.awaitText("models", "'preprocessing'");
      assertFalse(browser.hasForm());
    }
  }

  @Test
  void asksForTheTokenThatIsNeeded() throws Exception {
    try (TestServer server = serve(light(), TestServer.options().withToken("secret"));
        Browser browser = Browser.open(server)) {
      browser.awaitText("state", "This server needs a token.");
      browser.giveToken("wrong");
      browser.awaitText("state", "The server does not accept this token.");
      browser.giveToken("secret");
      browser.awaitText("state", "The server is ready.");
      browser.choose(gray(4, 5, 51));
      browser.awaitResult("class 0", "0.8000");
    }
  }

  @Test
  void asksForNoTokenThatIsNotNeeded() throws Exception {
    try (TestServer server = serve(light(), TestServer.options());
        Browser browser = Browser.open(server)) {
      browser.awaitText("state", "The server is ready.");
      assertFalse(browser.isTokenAsked());
    }
  }

  @Test
  void saysThatTheServerStops() throws Exception {
    TestServer server = serve(light(), TestServer.options());
    try (Browser browser = Browser.open(server)) {
      browser.awaitText("models", "shown, version 3");
      server.server().repository().stop();
      browser.choose(gray(4, 5, 51));
      browser.awaitResult("The server is stopping.");
      browser.awaitText("state", "The server is stopping: it finishes the requests");
      server.close();
      browser.awaitText("state", "The server does not answer.");
      browser.choose(gray(4, 5, 61));
      browser.awaitResult("The server does not answer.");
    } finally {
      server.close();
    }
  }

  @Test
  void showsWhyAModelIsNotThere() throws Exception {
    try (TestServer server = serve(light(), TestServer.options());
        Browser browser = Browser.open(server)) {
      browser.awaitText("models", "shown, version 3");
      Files.createDirectories(folder.resolve("models/shown/4"));
      Files.writeString(folder.resolve("models/shown/4/model.adjoint"), "no model <b>");
      browser.awaitText("models", "shown, version 4", "unavailable", "model.adjoint");
    }
  }
}
