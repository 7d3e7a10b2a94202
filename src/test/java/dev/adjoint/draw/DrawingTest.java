package dev.adjoint.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.autodiff.Gradients;
import dev.adjoint.check.generate.GraphArbitraries;
import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Convolutions;
import dev.adjoint.nn.Layers;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.testing.Golden;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class DrawingTest {
  private static final String GRADIENT = "#ffe0d1";
  private static final String FORWARD = "#dbeafe";
  private static final String OPTIMIZER = "#d1fae5";

  /** A box as it was drawn. */
  private record Drawn(
      String fill, double x, double y, double width, double height, List<String> lines) {
    static Drawn of(Element group) {
      Element rectangle = (Element) group.getElementsByTagName("rect").item(0);
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < group.getElementsByTagName("text").getLength(); i++) {
        lines.add(group.getElementsByTagName("text").item(i).getTextContent());
      }
      return new Drawn(
          rectangle.getAttribute("fill"),
          Double.parseDouble(rectangle.getAttribute("x")),
          Double.parseDouble(rectangle.getAttribute("y")),
          Double.parseDouble(rectangle.getAttribute("width")),
          Double.parseDouble(rectangle.getAttribute("height")),
          lines);
    }

    boolean overlaps(Drawn other) {
      return x < other.x + other.width
          && other.x < x + width
          && y < other.y + other.height
          && other.y < y + height;
    }
  }

  private static Document parse(String svg) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(svg)));
    } catch (Exception e) {
      throw new AssertionError("not well-formed: " + svg, e);
    }
  }

  /** The boxes: each is a group with a title of its own. */
  private static List<Drawn> boxes(String svg) {
    var groups = parse(svg).getElementsByTagName("g");
    List<Drawn> boxes = new ArrayList<>();
    for (int i = 0; i < groups.getLength(); i++) {
      Element group = (Element) groups.item(i);
      if (group.getFirstChild().getNextSibling() instanceof Element first
          && first.getTagName().equals("title")) {
        boxes.add(Drawn.of(group));
      }
    }
    return boxes;
  }

  private static Drawn box(String svg, String heading) {
    return boxes(svg).stream()
        .filter(box -> box.lines().getFirst().equals(heading))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no box '" + heading + "': " + boxes(svg)));
  }

  private static Graph strided() {
    GraphBuilder g = GraphBuilder.create("strided");
    Value image = g.input("image", DType.FLOAT32, Shape.parse("[N, 28, 28, 3]"));
    Value filters = g.input("filters", DType.FLOAT32, 5, 5, 3, 8);
    Value maps = Convolutions.conv2d(image, filters, Conv.valid().strides(3)).as("maps");
    Value upstream = g.input("dMaps", maps.type());
    List<Value> d = Gradients.of(maps).withCotangents(upstream).to(image, filters);
    g.signature("forward").output("maps", maps);
    g.signature("backward").output("dImage", d.get(0)).output("dFilters", d.get(1));
    return g.build();
  }

  /** Layers in scopes, each of a product, a spread bias and an addition. */
  private static GraphBuilder deep(int layers) {
    GraphBuilder g = GraphBuilder.create("deep");
    Layers make = Layers.seeded(1);
    Value h = g.input("x", DType.FLOAT32, Shape.parse("[N, 4]"));
    for (int i = 0; i < layers; i++) {
      h = make.dense("layer" + i, h, 4);
    }
    g.signature("predict").output("y", h);
    return g;
  }

  @Test
  void theGradientOfAConvolutionIsDrawnAsItIs() {
    Golden.assertMatches(getClass(), "strided", Drawing.of(strided()).toSvg());
  }

  @Test
  void forwardAndGradientNodesHaveColoursOfTheirOwn() {
    String svg = Drawing.of(strided()).toSvg();
    assertEquals(FORWARD, boxWith(svg, "maps", "stride=3").fill());
    assertEquals(GRADIENT, boxWith(svg, "correlation", "high=-2, dilation=3").fill());
    assertEquals(GRADIENT, box(svg, "reverse").fill());
  }

  private static Drawn boxWith(String svg, String... lines) {
    return boxes(svg).stream()
        .filter(box -> box.lines().containsAll(List.of(lines)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no box " + List.of(lines) + ": " + boxes(svg)));
  }

  @Test
  void oneSignatureShowsOnlyWhatItNeeds() {
    String svg = Drawing.of(strided()).signature("forward").toSvg();
    assertEquals(4, boxes(svg).size(), svg);
    assertFalse(svg.contains("gradients"), svg);
  }

  @Test
  void constantsAreWrittenIntoTheirReaders() {
    GraphBuilder g = GraphBuilder.create("constants");
    Value x = g.input("x", DType.FLOAT32, 3);
    g.signature("f").output("y", x.mul(0.25).relu());
    String svg = Drawing.of(g.build()).toSvg();
    assertEquals(4, boxes(svg).size(), svg);
    box(svg, "mul(·, 0.25)");
    box(svg, "max(0, ·)");
  }

  @Test
  void aConstantThatIsAResultIsDrawn() {
    GraphBuilder g = GraphBuilder.create("constant");
    g.signature("f").output("y", g.constant(Tensor.scalar(2.5)));
    assertEquals(2, boxes(Drawing.of(g.build()).toSvg()).size());
  }

  @Test
  void scopesAreFramesAndOperatorsDoNotOverlap() {
    String svg = Drawing.of(deep(3).build()).toSvg();
    assertTrue(svg.contains(">layer1</text>"), svg);
    assertTrue(svg.contains(">f32[4, 4]</text>"), "shapes stand at the arrows: " + svg);
    assertNoOverlap(boxes(svg));
  }

  private static void assertNoOverlap(List<Drawn> boxes) {
    for (int i = 0; i < boxes.size(); i++) {
      for (int j = 0; j < i; j++) {
        Drawn a = boxes.get(i);
        Drawn b = boxes.get(j);
        assertFalse(a.overlaps(b), () -> a + " overlaps " + b);
      }
    }
  }

  @Test
  void aLargeGraphIsDrawnWithItsScopesClosed() {
    Graph graph = deep(60).build();
    List<Drawn> boxes = boxes(Drawing.of(graph).toSvg());
    assertEquals(62, boxes.size(), "the input, sixty layers, the result");
    assertTrue(boxes.contains(box(Drawing.of(graph).toSvg(), "layer7 …")));
    assertEquals(
        List.of("layer7 …", "5 nodes"), box(Drawing.of(graph).toSvg(), "layer7 …").lines());
  }

  @Test
  void anOptimiserClosesBeforeTheGradientAndThatBeforeTheWhole() {
    GraphBuilder g = deep(2);
    Value y = g.signature("predict").output("y");
    Value loss = y.mul(y).sum();
    List<Value> parameters = g.trainableParameters();
    List<Value> gradients = Gradients.of(loss).to(parameters);
    var train = g.signature("train").output("loss", loss);
    try (GraphBuilder.Scope _ = g.scope("optimizer")) {
      for (int i = 0; i < parameters.size(); i++) {
        train.update(parameters.get(i), parameters.get(i).sub(gradients.get(i).mul(0.1)));
      }
    }
    Drawing whole = Drawing.of(g.build()).signature("train");
    int all = boxes(whole.toSvg()).size();
    assertEquals(OPTIMIZER, box(whole.toSvg(), "mul(·, 0.1)").fill());
    String closed = whole.limit(all - 1).toSvg();
    assertEquals(List.of("optimizer …", "8 nodes"), box(closed, "optimizer …").lines());
    box(closed, "reduce_sum");
    String least = whole.limit(9).toSvg();
    assertEquals(GRADIENT, box(least, "gradients …").fill());
  }

  @Test
  void whatCannotBeMadeSmallEnoughIsRefused() {
    GraphBuilder g = GraphBuilder.create("flat");
    Value h = g.input("x", DType.FLOAT32, 3);
    for (int i = 0; i < 20; i++) {
      h = h.tanh();
    }
    g.signature("f").output("y", h);
    Drawing drawing = Drawing.of(g.build()).limit(21);
    GraphException refusal = assertThrows(GraphException.class, drawing::toSvg);
    assertEquals(
        "The graph 'flat' needs 22 boxes even with all its scopes closed, a drawing may have 21."
            + " Draw one signature, put layers into scopes, or allow more.",
        refusal.getMessage());
    assertEquals(22, boxes(drawing.limit(22).toSvg()).size());
  }

  @Test
  void anUnknownSignatureOrANonsensicalLimitIsRefused() {
    Drawing drawing = Drawing.of(strided());
    assertThrows(GraphException.class, () -> drawing.signature("no-such"));
    assertThrows(IllegalArgumentException.class, () -> drawing.limit(0));
  }

  @Test
  void anEmptyGraphIsAnEmptyPicture() {
    assertEquals(List.of(), boxes(Drawing.of(GraphBuilder.create("<&>").build()).toSvg()));
  }

  @Provide
  Arbitrary<GraphCase> graphs() {
    return GraphArbitraries.graphs();
  }

  @Property(tries = 40)
  void everyGraphIsDrawnTheSameTwiceWithoutOverlaps(@ForAll("graphs") GraphCase drawn) {
    Drawing drawing = Drawing.of(drawn.graph());
    String svg = drawing.toSvg();
    assertEquals(svg, Drawing.of(Graph.parse(drawn.graph().toString())).toSvg());
    assertNoOverlap(boxes(svg));
  }
}
