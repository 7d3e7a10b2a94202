package dev.adjoint.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.check.GradientCheck;
import dev.adjoint.check.GradientReport;
import dev.adjoint.draw.Curves;
import dev.adjoint.draw.Drawing;
import dev.adjoint.draw.Planes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphBuilder;
import dev.adjoint.graph.Value;
import dev.adjoint.nn.Layers;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Trainer;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.XAndO;
import dev.adjoint.train.report.RunReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.rapaio.jupyter.kernel.display.DisplaySystem;

/** Shows values as the kernel does, which finds the renderers as services. */
class NotebookDisplaysTest {
  private static final Tensor ROWS = Tensor.nested(new float[][] {{1, -2}, {0.5f, 3}});

  private static String html(Object value) {
    Map<String, Object> data = DisplaySystem.inst().render(value).data();
    assertEquals(List.of("text/html"), List.copyOf(data.keySet()));
    return String.valueOf(data.get("text/html"));
  }

  private static Graph chain(int length) {
    GraphBuilder g = GraphBuilder.create("chain");
    Value x = g.input("x", DType.FLOAT32, 3);
    for (int i = 0; i < length; i++) {
      x = x.tanh();
    }
    g.signature("f").output("y", x);
    return g.build();
  }

  @Test
  void picturesAreShownAsSuch() {
    Graph graph = chain(2);
    assertEquals(Drawing.of(graph).toSvg(), html(graph));
    assertEquals(Drawing.of(graph).toSvg(), html(Drawing.of(graph)));
    assertEquals(Planes.of(ROWS, 0, 1).toSvg(), html(Planes.of(ROWS, 0, 1)));
    Curves curves = new Curves(Map.of("loss", List.of(2.0, 1.0)));
    assertEquals(curves.toSvg(), html(curves));
  }

  @Test
  void aGraphTooLargeToDrawIsShownAsText() {
    Graph graph = chain(200);
    assertTrue(html(graph).startsWith("<pre>graph &quot;chain&quot;\n%x : f32[3] = input()"));
  }

  @Test
  void aTensorIsItsTypeAndItsNumbers() {
    assertEquals("<pre>f32[2, 2]\n" + ROWS + "</pre>", html(ROWS));
  }

  @Test
  void aCheckOfGradientsKeepsItsLines() {
    GradientReport report = GradientCheck.of(chain(1), "f").seed(1).run();
    String html = html(report);
    assertTrue(html.startsWith("<pre>gradient check PASSED"), html);
    assertEquals(report.toString().lines().count(), html.lines().count());
  }

  @Test
  void whoAsksForTextGetsText() {
    assertEquals(
        Map.of("text/plain", ROWS.toString()), DisplaySystem.inst().render("text", ROWS).data());
  }

  @Test
  void aRunIsItsCurvesAndAReportItsPage() throws IOException {
    Dataset signs = XAndO.of(1, 20, 10).train();
    Graph graph =
        Classifier.of(
                "signs",
                signs.columns().get(Dataset.IMAGE),
                XAndO.CLASSES,
                (x, layers, _) -> layers.dense("votes", Layers.flatten(x), 2))
            .graph();
    TrainingResult result = Trainer.of(graph, Batches.of(signs, 10)).epochs(2).run();
    assertTrue(html(result).contains(">accuracy</text>"));
    assertFalse(html(result).contains(">validation loss</text>"));
    String page = html(RunReport.of("signs & more", result, Batches.of(signs, 10)));
    assertTrue(page.startsWith("<iframe srcdoc=\"&lt;!"), page);
    assertTrue(page.contains("signs &amp;amp; more"), page);
  }
}
