package dev.adjoint.notebook;

import com.google.common.html.HtmlEscapers;
import dev.adjoint.check.GradientReport;
import dev.adjoint.draw.Curves;
import dev.adjoint.draw.Drawing;
import dev.adjoint.draw.Planes;
import dev.adjoint.graph.Graph;
import dev.adjoint.graph.GraphException;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.train.ConfusionMatrix;
import dev.adjoint.train.EpochResult;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.report.RunReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.rapaio.jupyter.kernel.display.DisplayRenderer;
import org.rapaio.jupyter.kernel.display.DisplayTransformer;
import org.rapaio.jupyter.kernel.display.spi.DisplayProvider;

/**
 * Tells the kernel how to show what Adjoint makes:
 *
 * <ul>
 *   <li>a {@link Graph} and a {@link Drawing} as a picture; a graph too large for one as its text
 *   <li>{@link Planes} and {@link Curves} as pictures
 *   <li>a {@link Tensor} as its type and its numbers
 *   <li>a {@link TrainingResult} as the curves of its epochs
 *   <li>a {@link RunReport} as its page, in a frame of its own
 *   <li>a {@link GradientReport} and a {@link ConfusionMatrix} as their text, in lines
 * </ul>
 */
public final class NotebookDisplays implements DisplayProvider {
  /** Made by the kernel, through the service loader. */
  public NotebookDisplays() {}

  @Override
  public List<DisplayRenderer> getDisplayRenderers() {
    return List.of(
        new HtmlRenderer<>(Graph.class, NotebookDisplays::graph),
        new HtmlRenderer<>(Drawing.class, Drawing::toSvg),
        new HtmlRenderer<>(Planes.class, Planes::toSvg),
        new HtmlRenderer<>(Curves.class, Curves::toSvg),
        new HtmlRenderer<>(Tensor.class, tensor -> text(tensor.type() + "\n" + tensor)),
        new HtmlRenderer<>(TrainingResult.class, result -> curves(result).toSvg()),
        new HtmlRenderer<>(RunReport.class, NotebookDisplays::page),
        new HtmlRenderer<>(GradientReport.class, report -> text(report.toString())),
        new HtmlRenderer<>(ConfusionMatrix.class, matrix -> text(matrix.toString())));
  }

  @Override
  public List<DisplayTransformer> getDisplayTransformers() {
    return List.of();
  }

  private static String graph(Graph graph) {
    try {
      return Drawing.of(graph).toSvg();
    } catch (GraphException _) {
      // Too large for a picture.
      return text(graph.toString());
    }
  }

  private static String text(String text) {
    return "<pre>" + HtmlEscapers.htmlEscaper().escape(text.stripTrailing()) + "</pre>";
  }

  private static Curves curves(TrainingResult result) {
    Map<String, List<Double>> lines = new LinkedHashMap<>();
    addMeasured(lines, "loss", result, EpochResult::loss);
    addMeasured(lines, "accuracy", result, EpochResult::accuracy);
    addMeasured(lines, "validation loss", result, EpochResult::validationLoss);
    addMeasured(lines, "validation accuracy", result, EpochResult::validationAccuracy);
    return new Curves(lines);
  }

  private static void addMeasured(
      Map<String, List<Double>> lines,
      String name,
      TrainingResult result,
      ToDoubleFunction<EpochResult> measure) {
    List<Double> line = result.history().stream().mapToDouble(measure).boxed().toList();
    if (line.stream().anyMatch(Double::isFinite)) {
      lines.put(name, line);
    }
  }

  private static String page(RunReport report) {
    try {
      return "<iframe srcdoc=\"%s\" style=\"width:100%%;height:800px;border:0\"></iframe>"
          .formatted(HtmlEscapers.htmlEscaper().escape(report.html()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
