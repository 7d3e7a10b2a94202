package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.adjoint.autodiff.Gradients;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.reference.Interpreter;
import dev.adjoint.saved.proto.GraphFileProto;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models as folders and as single files: whole, reduced, damaged, replaced. */
@Timeout(60)
class SavedModelTest {
  @TempDir private Path folder;

  /** {@code y = x w + b} with a step of descent. */
  private static Graph line() {
    GraphBuilder g = GraphBuilder.create("line");
    Value x = g.input("x", DType.FLOAT32, Shape.parse("[N, 2]"));
    Value w = g.parameter("w", Tensor.nested(new float[][] {{1, 2, 3}, {4, 5, 6}}));
    Value b = g.parameter("b", Tensor.vector(0.5f, 0, -0.5f));
    Value y = x.matmul(w).add(b);
    Value loss = y.mul(y).sum();
    List<Value> gradients = Gradients.of(loss).to(List.of(w, b));
    g.signature("predict").output("y", y);
    g.signature("train")
        .output("loss", loss)
        .update(w, w.sub(gradients.get(0)))
        .update(b, b.sub(gradients.get(1)));
    g.metadata("classes", "low,middle,high");
    return g.build();
  }

  private static Map<String, Tensor> values() {
    return Map.of(
        "w", Tensor.nested(new float[][] {{0.1f, -2, 3e-5f}, {7, 0, 1}}),
        "b", Tensor.vector(1f, -0f, 0.25f));
  }

  private static Tensor predict(SavedModel model) {
    Map<String, Tensor> x = Map.of("x", Tensor.nested(new float[][] {{1, 2}, {3, 4}}));
    return Interpreter.create().run(model.graph(), "predict", x, model.parameters()).output("y");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsWrittenIsRead(boolean inside) throws IOException {
    SaveOptions options = SaveOptions.standard();
    SavedModel.write(folder, line(), values(), inside ? options.withWeightsInside() : options);
    SavedModel read = SavedModel.read(folder);
    assertEquals(line(), read.graph());
    assertEquals(values(), read.parameters());
    assertEquals("low,middle,high", read.metadata().get("classes"));
    assertEquals(line(), GraphFile.read(folder.resolve(SavedModel.FILE)));
    assertEquals(inside ? 1 : 2, files().size());
    assertTrue(read.producer().startsWith("adjoint"));
  }

  /** Written once by a build of this version and never again. */
  @Test
  void aModelOfTheFirstVersionIsRead() throws IOException {
    SavedModel read = SavedModel.read(Path.of("src/test/resources/dev/adjoint/saved/v1-model"));
    assertEquals(values(), read.parameters());
    assertEquals(line(), read.graph());
  }

  @Test
  void savingTwiceGivesTheSameFiles() throws IOException {
    SavedModel.write(folder, line(), values());
    List<String> names = files();
    byte[] first = Files.readAllBytes(folder.resolve(SavedModel.FILE));
    SavedModel.write(folder, line(), values());
    assertEquals(names, files());
    assertEquals(
        ByteString.copyFrom(first),
        ByteString.copyFrom(Files.readAllBytes(folder.resolve(SavedModel.FILE))));
  }

  @Test
  void newWeightsReplaceTheOldOnes() throws IOException {
    SavedModel.write(folder, line(), values());
    List<String> before = files();
    Map<String, Tensor> others = Map.of("w", Tensor.zeros(DType.FLOAT32, 2, 3));
    SavedModel.write(folder, line(), others);
    assertEquals(2, files().size());
    assertFalse(files().equals(before));
    assertEquals(others, SavedModel.read(folder).parameters());
  }

  @Test
  void otherToolsFindTheLayoutOfSafetensors() throws IOException {
    SavedModel.write(folder, line(), values());
    byte[] bytes = Files.readAllBytes(folder.resolve(files().getLast()));
    int header = bytes[0] & 0xff | (bytes[1] & 0xff) << 8;
    assertEquals(
        "{\"__metadata__\":{\"format\":\"adjoint\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[12,36]}}",
        new String(bytes, 8, header, StandardCharsets.UTF_8).strip());
    assertEquals(8 + header + 36, bytes.length);
    assertEquals(0, header % 8);
    assertEquals(values(), Safetensors.read(folder.resolve(files().getLast())));
  }

  @ParameterizedTest
  @EnumSource(WeightStorage.class)
  void everyDTypeAndStorageComesBack(WeightStorage storage) throws IOException {
    Map<String, Tensor> tensors =
        Map.of(
            "f32", Tensor.vector(1.5f, -2, Float.NaN, Float.POSITIVE_INFINITY, -0f),
            "f64", Tensor.vector(Math.PI, Double.MIN_VALUE),
            "i32", Tensor.scalar(Integer.MIN_VALUE),
            "i64", Tensor.vector(Long.MAX_VALUE, -1L),
            "bool", Tensor.vector(true, false, true),
            "empty", Tensor.zeros(DType.FLOAT32, 0, 3));
    Path file = folder.resolve("all.safetensors");
    CrashSafeFile.replace(file, out -> Safetensors.write(out, tensors, storage, Map.of()));
    assertEquals(tensors, Safetensors.read(file));
  }

  @Test
  void halfPrecisionRoundsToTheNearest() throws IOException {
    SaveOptions options = SaveOptions.standard();
    // 1 + 2^-9 is half way between two numbers of 8 bits, 1 + 2^-9 + 2^-12 above the half.
    float half = 1 + 0x1p-8f;
    Map<String, Tensor> values = Map.of("b", Tensor.vector(half, half + 0x1p-12f, 0.1f));
    SavedModel.write(folder, line(), values, options.storing(WeightStorage.BFLOAT16));
    assertEquals(
        Tensor.vector(1, 1 + 0x1p-7f, 0.100097656f), SavedModel.read(folder).parameters().get("b"));
    SavedModel.write(folder, line(), values, options.storing(WeightStorage.FLOAT16));
    assertEquals(
        Tensor.vector(half, half, 0.099975586f), SavedModel.read(folder).parameters().get("b"));
    Map<String, Tensor> large = Map.of("b", Tensor.vector(0, 1e6f, 0));
    GraphException e =
        assertThrows(
            GraphException.class,
            () -> SavedModel.write(folder, line(), large, options.storing(WeightStorage.FLOAT16)));
    assertTrue(e.getMessage().contains("'b'") && e.getMessage().contains("element 1"));
  }

  @Test
  void onlyChosenSignaturesAndWhatTheyNeedAreKept() throws IOException {
    SavedModel whole = SavedModel.of(line(), values());
    whole.write(folder, SaveOptions.standard().only("predict"));
    SavedModel read = SavedModel.read(folder);
    assertEquals(List.of("predict"), List.copyOf(read.graph().signatures().keySet()));
    assertTrue(read.graph().nodes().size() < line().nodes().size() / 2);
    assertEquals(predict(whole), predict(read));
  }

  @Test
  void aFrozenModelHasNoParameters() throws IOException {
    SavedModel whole = SavedModel.of(line(), values());
    whole.write(folder, SaveOptions.standard().only("predict").freezing());
    SavedModel read = SavedModel.read(folder);
    assertEquals(List.of(), read.graph().parameters());
    assertEquals(predict(whole), predict(read));
    GraphException e =
        assertThrows(
            GraphException.class, () -> whole.write(folder, SaveOptions.standard().freezing()));
    assertTrue(e.getMessage().contains("'train' updates"), e.getMessage());
  }

  @Test
  void valuesThatDoNotBelongToTheGraphAreRefused() {
    assertThrows(GraphException.class, () -> SavedModel.of(line(), Map.of("v", Tensor.scalar(1f))));
    assertThrows(GraphException.class, () -> SavedModel.of(line(), Map.of("b", Tensor.scalar(1f))));
  }

  @Test
  void fieldsOfANewerWriterSurvive() throws IOException {
    SavedModel.write(folder, line(), values());
    Path file = folder.resolve(SavedModel.FILE);
    GraphFileProto known = GraphFileProto.parseFrom(Files.readAllBytes(file));
    UnknownFieldSet news =
        UnknownFieldSet.newBuilder()
            .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();
    GraphFileProto.Builder newer = known.toBuilder();
    newer.getGraphBuilder().getNodesBuilder(0).setUnknownFields(news);
    Files.write(file, Sealed.of(newer));

    SavedModel.read(folder).with(values()).write(folder, SaveOptions.standard());

    GraphFileProto again = GraphFileProto.parseFrom(Files.readAllBytes(file));
    assertEquals(news, again.getGraph().getNodes(0).getUnknownFields());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../w.safetensors", "/etc/passwd", "a/b", "..", ".hidden", "a\\b", ""})
  void weightsOutsideTheFolderAreRefused(String name) throws IOException {
    SavedModel.write(folder, line(), values());
    Path file = folder.resolve(SavedModel.FILE);
    GraphFileProto.Builder hostile = GraphFileProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    hostile.getWeightsBuilder().setFile(name);
    Files.write(file, Sealed.of(hostile));
    SavedGraphException e = assertThrows(SavedGraphException.class, () -> SavedModel.read(folder));
    assertTrue(e.getMessage().contains("must lie in the folder"), e.getMessage());
  }

  @Test
  void missingWeightsAreNamed() throws IOException {
    SavedModel.write(folder, line(), values());
    Path weights;
    try (Stream<Path> all = Files.list(folder)) {
      weights = all.filter(f -> f.toString().endsWith(".safetensors")).findFirst().orElseThrow();
    }
    Files.delete(weights);
    SavedGraphException e = assertThrows(SavedGraphException.class, () -> SavedModel.read(folder));
    assertTrue(e.getMessage().contains("the model is incomplete"), e.getMessage());
    assertTrue(e.getMessage().contains(weights.getFileName().toString()), e.getMessage());
  }

  @Test
  void aFolderIsNoGraphFile() throws IOException {
    SavedModel.write(folder, line(), values());
    SavedGraphException e = assertThrows(SavedGraphException.class, () -> GraphFile.read(folder));
    assertTrue(e.getMessage().contains("read 'model.adjoint' in it"), e.getMessage());
  }

  @Test
  void aLinkToWeightsElsewhereIsRefused() throws IOException {
    SavedModel.write(folder.resolve("model"), line(), values());
    Path weights;
    try (Stream<Path> all = Files.list(folder.resolve("model"))) {
      weights = all.filter(f -> f.toString().endsWith(".safetensors")).findFirst().orElseThrow();
    }
    Path elsewhere = Files.move(weights, folder.resolve("elsewhere"));
    Files.createSymbolicLink(weights, elsewhere);
    assertThrows(SavedGraphException.class, () -> SavedModel.read(folder.resolve("model")));
  }

  @Test
  void damageInAnyByteIsNoticed() throws IOException {
    SavedModel.write(folder, line(), values());
    for (String name : files()) {
      Path file = folder.resolve(name);
      byte[] good = Files.readAllBytes(file);
      for (int at = 0; at < good.length; at++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << at % 8);
        Files.write(file, bad);
        assertThrows(SavedGraphException.class, () -> SavedModel.read(folder), name + " at " + at);
      }
      for (int length = 0; length < good.length; length += 7) {
        Files.write(file, java.util.Arrays.copyOf(good, length));
        assertThrows(SavedGraphException.class, () -> SavedModel.read(folder), name);
      }
      Files.write(file, good);
    }
    assertEquals(values(), SavedModel.read(folder).parameters());
  }

  /** Without a checksum before it: the layout's own checks. */
  @Test
  void damagedSafetensorsAreRefusedOrTensors() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Safetensors.write(file, values(), Map.of("by", "test"));
    byte[] good = Files.readAllBytes(file);
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bad = good.clone();
      bad[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(file, bad);
      try {
        Safetensors.read(file);
      } catch (SavedGraphException meant) {
        assertTrue(meant.getMessage().contains("The weights"), meant.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"Q\",\"shape\":[],\"data_offsets\":[0,0]}}",
        "{\"a\":[[[[[[[[[[[[[[[[",
        "[]",
        "{}x"
      })
  void hostileHeadersAreRefused(String header) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    assertThrows(SavedGraphException.class, () -> SafetensorsHeaderParser.parse(text, 0));
  }

  /** Writes the model that is kept for later versions. */
  static final class Fixture {
    private Fixture() {}

    public static void main(String[] arguments) throws IOException {
      SavedModel.write(Path.of(arguments[0]), line(), values());
    }
  }

  /** Saves models until it is killed. */
  static final class Saver {
    private Saver() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      for (int i = 0; ; i++) {
        Tensor b = Tensor.fill(DType.FLOAT32, Shape.parse("[3]"), i);
        Tensor w = Tensor.fill(DType.FLOAT32, Shape.parse("[2, 3]"), i);
        SavedModel.write(folder, line(), Map.of("w", w, "b", b));
        System.out.println(i);
      }
    }
  }

  @Test
  void aProcessKilledWhileItSavesLosesNothing() throws Exception {
    Path model = folder.resolve("model");
    for (int round = 0; round < 3; round++) {
      Process saver =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--add-modules=jdk.incubator.vector",
                  "-XX:TieredStopAtLevel=1",
                  "-classpath",
                  System.getProperty("java.class.path"),
                  Saver.class.getName(),
                  model.toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (var out = saver.inputReader(StandardCharsets.UTF_8)) {
        for (int i = 0; i < 5 + round * 7; i++) {
          out.readLine();
        }
        saver.destroyForcibly();
        assertTrue(saver.waitFor(20, TimeUnit.SECONDS));
      }
      Map<String, Tensor> read = SavedModel.read(model).parameters();
      double i = read.get("b").getDouble(0);
      assertTrue(i >= 4, "an old model: " + i);
      assertEquals(Tensor.fill(DType.FLOAT32, Shape.parse("[2, 3]"), i), read.get("w"));
    }
  }

  @Test
  void whatAKilledProcessLeftIsRemovedOnALaterDay() throws IOException {
    String aside = ".weights-0.safetensors.12345678-1234-1234-1234-1234567890a%d.tmp";
    Path yesterday = Files.createFile(folder.resolve(aside.formatted(1)));
    Path notOurs = Files.createFile(folder.resolve(".notes.tmp"));
    Path unfinished = Files.createFile(folder.resolve(aside.formatted(2)));
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofHours(25)));
    Files.setLastModifiedTime(yesterday, old);
    Files.setLastModifiedTime(notOurs, old);
    SavedModel.write(folder, line(), values());
    assertFalse(Files.exists(yesterday));
    assertTrue(Files.exists(notOurs));
    assertTrue(Files.exists(unfinished), "another process may be writing it");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
