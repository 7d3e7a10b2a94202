package dev.adjoint.train.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Graph;
import dev.adjoint.nn.Conv;
import dev.adjoint.nn.Layers;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.Network;
import dev.adjoint.train.Trainer;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.data.StrokeDigits;
import dev.adjoint.train.data.TensorDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
  private static final Dataset DIGITS = StrokeDigits.of(1, 40);

  private static TrainingResult run(Network network, Dataset data) throws IOException {
    List<String> classes = IntStream.range(0, 9).mapToObj(Integer::toString).toList();
    List<String> all =
        java.util.stream.Stream.concat(classes.stream(), java.util.stream.Stream.of("<nine>"))
            .toList();
    Graph graph = Classifier.of("a & b", data.columns().get("image"), all, network).graph();
    return Trainer.of(graph, Batches.of(data, 20)).validation(Batches.of(data, 20)).epochs(2).run();
  }

  @Test
  void thePageShowsTheRunAndNeedsNothingElse(@TempDir Path folder) throws IOException {
    TrainingResult result =
        run(
            (x, layers, _) ->
                layers.dense(
                    "logits", Layers.flatten(layers.conv2d("conv", x, 2, 5, Conv.valid())), 10),
            DIGITS);
    Path file = folder.resolve("report.html");
    RunReport.of("run <1>", result, Batches.of(DIGITS, 16)).setting("seed", "1 & 2").write(file);
    String page = Files.readString(file);

    assertTrue(page.contains("<h1>run &lt;1&gt;</h1>"));
    assertTrue(page.contains("<td>1 &amp; 2</td>"));
    assertTrue(page.contains("<th>&lt;nine&gt;</th>"));
    assertTrue(page.contains("filters of conv/kernel"));
    assertTrue(page.contains("what each filter finds"));
    assertTrue(page.contains("The surest mistakes") || page.contains("There is none."));
    assertEquals(2, page.split("<svg ", -1).length - 1);
    assertEquals(page.split("<img ", -1).length, page.split("data:image/png;base64,", -1).length);
    assertFalse(page.contains("http"), "the page must not need the network");
    assertFalse(page.contains("NaN"));
    assertEquals(
        page,
        RunReport.of("run <1>", result, Batches.of(DIGITS, 16)).setting("seed", "1 & 2").html());
  }

  @Test
  void whatIsNoImageHasNoPictures() throws IOException {
    Dataset points =
        TensorDataset.of(
            Map.of("image", Tensor.zeros(DType.FLOAT32, 4, 2), "label", Tensor.vector(0, 1, 0, 1)));
    TrainingResult result = run((x, layers, _) -> layers.dense("logits", x, 10), points);
    String page = RunReport.of("points", result, Batches.of(points, 4)).html();
    assertFalse(page.contains("<img"));
    assertTrue(page.contains("<h2>Confusion</h2>"));
    assertEquals(TensorType.of(DType.FLOAT32, 2), points.columns().get("image"));
  }

  @Test
  void curvesKeepWithinTheirFrame() {
    for (List<Double> values :
        List.of(
            List.of(0.5),
            List.of(1e-9, 3e-9),
            List.of(1e6, -2e6, Double.NaN, 5.0),
            List.of(2.0, 2.0),
            List.<Double>of())) {
      String svg = new LineChart("t", List.of(new LineChart.Series("s", values))).svg();
      assertFalse(svg.contains("NaN") || svg.contains("Infinity"), svg);
      var circles = java.util.regex.Pattern.compile("cy=\"([-\\d.]+)\"").matcher(svg);
      while (circles.find()) {
        double y = Double.parseDouble(circles.group(1));
        assertTrue(y >= 34 && y <= 246, svg);
      }
    }
  }
}
