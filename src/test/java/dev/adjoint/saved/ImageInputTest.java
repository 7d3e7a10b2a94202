package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How images become inputs, as metadata says. */
class ImageInputTest {
  private static Graph graph(String type, String preprocessing) {
    GraphBuilder g = GraphBuilder.create("takes");
    g.signature("predict").output("y", g.input("x", TensorType.parse(type)).abs());
    if (!preprocessing.isEmpty()) {
      g.metadata(Preprocessing.KEY, preprocessing);
    }
    return g.build();
  }

  private static ImageInput input(String type, String preprocessing) {
    Graph graph = graph(type, preprocessing);
    return ImageInput.of(graph, graph.signature("predict"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "f32[N, 28, 20, 1]; ; f32[1, 28, 20, 1]; 28x20; gray; false",
        "f32[N, 28, 20]; ; f32[1, 28, 20]; 28x20; gray; false",
        "f64[N, 5, 7, 3]; ; f64[1, 5, 7, 3]; 5x7; rgb; false",
        "f32[1, 3, 5, 7]; ; f32[1, 3, 5, 7]; 5x7; rgb; true",
        "f32[N, 1, 5, 7]; ; f32[1, 1, 5, 7]; 5x7; gray; true",
        "f32[N, 3, 7, 3]; ; f32[1, 3, 7, 3]; 3x7; rgb; false",
        "f32[N, 3, 7, 3]; size=7x3; f32[1, 3, 7, 3]; 7x3; rgb; true",
        "f32[N, H, W, 3]; size=4x6 channels=bgr; f32[1, 4, 6, 3]; 4x6; bgr; false",
        "f32[N, 3, S, S]; size=6x6; f32[1, 3, 6, 6]; 6x6; rgb; true",
        "f32[N, 30]; size=5x6; f32[1, 30]; 5x6; gray; false",
        "f32[N, 30]; size=2x5; f32[1, 30]; 2x5; rgb; false",
        "f32[N, 2, 3]; size=2x3; f32[1, 2, 3]; 2x3; gray; false"
      })
  void theShapeSaysWhatItTakes(
      String type,
      String preprocessing,
      String one,
      String size,
      String channels,
      boolean channelsFirst) {
    ImageInput input = input(type, preprocessing == null ? "" : preprocessing);
    assertEquals(TensorType.parse(one), input.type());
    assertEquals(size, input.size().toString());
    assertEquals(channels, input.channels().toString());
    assertEquals(channelsFirst, input.channelsFirst());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "f32[N, 2]; ",
        "f32[N, 30]; size=4x7",
        "f32[N, 20]; size=2x5",
        "i32[N, 28, 28]; ",
        "f32[8, 28, 28]; ",
        "f32[]; ",
        "f32[N, 3, 3]; ",
        "f32[N, 28, 28, 2]; ",
        "f32[N, H, W, 3]; ",
        "f32[N, 28, 28, 1]; channels=rgb",
        "f32[N, 28, 28, 1]; size=28x20",
        "f32[N, 5, 28, 28, 1]; "
      })
  void whatTakesNoImageIsSaid(String type, String preprocessing) {
    GraphException said =
        assertThrows(
            GraphException.class, () -> input(type, preprocessing == null ? "" : preprocessing));
    assertTrue(said.getMessage().startsWith("The input 'x' takes no image: it is " + type));
  }

  @Test
  void severalInputsAreNoImage() {
    GraphBuilder g = GraphBuilder.create("two");
    var x = g.input("x", TensorType.parse("f32[N, 28, 28]"));
    g.signature("predict").output("y", x.add(g.input("z", TensorType.parse("f32[N, 28, 28]"))));
    Graph graph = g.build();
    GraphException said =
        assertThrows(GraphException.class, () -> ImageInput.of(graph, graph.signature("predict")));
    assertEquals(
        "The signature 'predict' takes no image alone, its inputs are [x, z].", said.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scale to 0..1",
        "colour=rgb",
        "range=0-1",
        "range=1..1",
        "range=0..NaN",
        "range=-1e308..1e308",
        "mean=a",
        "mean=1,2",
        "mean=Infinity",
        "deviation=0",
        "deviation=",
        "size=0x4",
        "size=4",
        "size=9999999x9999999",
        "inverted=yes",
        "channels=cmyk",
        "mean=1 mean=1",
        "=1"
      })
  void whatIsNotUnderstoodIsRefused(String preprocessing) {
    GraphException said =
        assertThrows(GraphException.class, () -> input("f32[N, 28, 28, 3]", preprocessing));
    assertTrue(said.getMessage().contains("'preprocessing'"), said.getMessage());
  }

  @Test
  void numbersOfThreeChannelsNeedThree() {
    GraphException said =
        assertThrows(GraphException.class, () -> input("f32[N, 28, 28, 1]", "mean=1,2,3"));
    assertTrue(said.getMessage().contains("numbers for 3 channels, the input 'x' has 1"));
  }

  @Test
  void hugeImagesAreRefusedBeforeTheyAreMade() {
    GraphException said =
        assertThrows(GraphException.class, () -> input("f32[N, H, W, 3]", "size=900000x900000"));
    assertTrue(said.getMessage().contains("larger than the 67108864 elements"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "f32[N, 1, 2, 3]; ; 0,0.25,0.5,0.75,1,0",
        "f32[N, 1, 2, 3]; range=0..255; 0,63.75,127.5,191.25,255,0",
        "f32[N, 1, 2, 3]; range=-1..1; -1,-0.5,0,0.5,1,-1",
        "f32[N, 1, 2, 3]; mean=0.5 deviation=0.25; -2,-1,0,1,2,-2",
        "f32[N, 1, 2, 3]; range=0..4 mean=1,2,3 deviation=1,2,-4; -1,-0.5,0.25,2,1,0.75",
        "f32[N, 1, 2, 3]; channels=bgr mean=1,2,3; -0.5,-1.75,-3,-1,-1,-2.25",
        "f64[N, 3, 1, 2]; range=0..4 mean=1,2,3; -1,2,-1,2,-1,-3",
        "f32[N, 6]; size=1x2; 0,0.25,0.5,0.75,1,0"
      })
  void samplesAreRangedMovedAndDivided(String type, String preprocessing, String expected) {
    Tensor image = Tensor.of(new float[] {0, 0.25f, 0.5f, 0.75f, 1, 0}, 1, 2, 3);
    ImageInput input = input(type, preprocessing == null ? "" : preprocessing);
    Tensor value = input.value(image);
    assertEquals(input.type(), value.type());
    assertArrayEquals(
        Stream.of(expected.split(",")).mapToDouble(Double::parseDouble).toArray(),
        value.asDoubles());
  }

  @Test
  void negativesAreOfTheModelOrOfTheCaller() {
    Tensor image = Tensor.of(new float[] {0, 0.25f}, 1, 2, 1);
    Tensor negative = Tensor.of(new float[] {1, 0.75f}, 1, 2, 1);
    ImageInput plain = input("f32[N, 1, 2, 1]", "");
    ImageInput inverted = input("f32[N, 1, 2, 1]", "inverted=true");
    assertEquals(image, plain.seen(image, false));
    assertEquals(negative, plain.seen(image, true));
    assertEquals(negative, inverted.seen(image, false));
    assertEquals(image, inverted.seen(image, true));
  }

  @Test
  void anImageOfAnotherShapeIsRefused() {
    ImageInput input = input("f32[N, 28, 28, 3]", "");
    assertEquals(Shape.of(28, 28, 3), input.imageShape());
    assertThrows(
        IllegalArgumentException.class, () -> input.value(Tensor.of(new float[28 * 28], 28, 28)));
  }

  @Test
  void theTextFormIsReadBack() {
    for (String text :
        List.of(
            "",
            "range=-1..1",
            "range=0..1e3 mean=1,2,3 deviation=0.5 channels=bgr size=3x4 inverted=true")) {
      Preprocessing read = Preprocessing.parse(text);
      assertEquals(read, Preprocessing.parse(read.toString()));
    }
    assertEquals(Preprocessing.STANDARD, Preprocessing.parse("inverted=false\n"));
    assertEquals(3, Preprocessing.parse("size=3x4").size().orElseThrow().height());
    assertEquals(-1, Preprocessing.parse("range=-1..1").low());
  }

  @Test
  void classesAreNames() {
    GraphBuilder g = GraphBuilder.create("classes");
    g.signature("predict").output("y", g.input("x", TensorType.parse("f32[N]")).abs());
    assertEquals(List.of(), ClassNames.of(g.build()));
    g.metadata(ClassNames.KEY, "cat,,dog");
    assertEquals(List.of("cat", "", "dog"), ClassNames.of(g.build()));
  }
}
