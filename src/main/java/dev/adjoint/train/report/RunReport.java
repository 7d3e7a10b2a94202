package dev.adjoint.train.report;

import com.google.common.collect.ImmutableMap;
import dev.adjoint.graph.Graph;
import dev.adjoint.runtime.Session;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Tensor;
import dev.adjoint.tensor.TensorType;
import dev.adjoint.train.Classifier;
import dev.adjoint.train.ConfusionMatrix;
import dev.adjoint.train.EpochResult;
import dev.adjoint.train.Evaluation;
import dev.adjoint.train.TrainingResult;
import dev.adjoint.train.data.Batches;
import dev.adjoint.train.data.Dataset;
import dev.adjoint.train.log.FirstConvolution;
import dev.adjoint.train.log.Picture;
import dev.adjoint.train.report.LineChart.Series;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A page about a run: settings, curves, how well the model does on examples, which classes it takes
 * for which, the filters of its first convolution and what they find in an example, and the
 * mistakes it is surest of. One HTML file that needs no other.
 *
 * <p>
 *
 * {@snippet :
 * RunReport.of("digits", result, Batches.of(digits.test(), 500))
 *     .setting("seed", "42")
 *     .write(Path.of("run/report.html"));
 * }
 *
 * @param title what the page is called
 * @param result what the run came to
 * @param judged what the model is judged by here, with the columns {@code image} and {@code label}
 * @param settings what the run was started with, for the table
 */
public record RunReport(
    String title, TrainingResult result, Batches judged, Map<String, String> settings) {
  private static final int MOST_MISTAKES = 48;

  /** Copies the settings, in their order. */
  public RunReport {
    settings = ImmutableMap.copyOf(settings);
  }

  /** A report without settings. */
  public static RunReport of(String title, TrainingResult result, Batches judged) {
    return new RunReport(title, result, judged, Map.of());
  }

  /** With one more line in the table of settings. */
  public RunReport setting(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(name, value);
    return new RunReport(title, result, judged, more);
  }

  /**
   * Judges the model and writes the page.
   *
   * @throws IOException if the examples cannot be read, or the page cannot be written
   */
  public void write(Path file) throws IOException {
    Files.writeString(file, html(), StandardCharsets.UTF_8);
  }

  /**
   * The page.
   *
   * @throws IOException if the examples cannot be read
   */
  public String html() throws IOException {
    Optional<FirstConvolution> convolution =
        FirstConvolution.of(result.graph()).filter(_ -> judgesImages());
    Graph graph = convolution.map(first -> first.withMaps(result.graph())).orElse(result.graph());
    try (Session session = Session.open(graph)) {
      session.restore(result.best());
      StringBuilder page = new StringBuilder();
      page.append(Template.HEAD.formatted(Html.escape(title), Html.escape(title), graphSummary()));
      Evaluation evaluation = Evaluation.of(session, judged);
      page.append(numbers(evaluation)).append(curves()).append(epochs());
      evaluation.confusion().ifPresent(matrix -> page.append(confusion(matrix)));
      if (convolution.isPresent()) {
        page.append(filters(convolution.get(), session));
      }
      if (judgesImages()) {
        page.append(mistakes(Mistakes.of(session, judged, MOST_MISTAKES)));
      }
      return page.append(table("Settings", settings)).append(Template.FOOT).toString();
    }
  }

  private boolean judgesImages() {
    TensorType image = judged.data().columns().get(Dataset.IMAGE);
    return image != null
        && image.dtype() == DType.FLOAT32
        && image.rank() == 3
        && (image.dim(2).is(1) || image.dim(2).is(3))
        && judged.data().size() > 0;
  }

  private String graphSummary() {
    long parameters =
        result.graph().parameters().stream()
            .filter(p -> p.op() instanceof dev.adjoint.graph.Parameter known && known.trainable())
            .mapToLong(p -> p.type().shape().elementCount())
            .sum();
    return String.format(
        Locale.ROOT,
        "Graph <b>%s</b> with %,d trained parameters.",
        Html.escape(result.graph().name()),
        parameters);
  }

  private String numbers(Evaluation evaluation) {
    return Template.NUMBERS.formatted(
        Html.percent(evaluation.accuracy()),
        evaluation.examples(),
        evaluation.top(),
        Html.percent(evaluation.topAccuracy()),
        Html.number(evaluation.loss()));
  }

  private String curves() {
    LineChart loss =
        new LineChart(
            "Loss by epoch",
            List.of(
                new Series("training", values(EpochResult::loss)),
                new Series("validation", values(EpochResult::validationLoss))));
    LineChart accuracy =
        new LineChart(
            "Accuracy by epoch",
            List.of(
                new Series("training", values(EpochResult::accuracy)),
                new Series("validation", values(EpochResult::validationAccuracy))));
    return "<h2>Curves</h2><div class=\"row\">" + loss.svg() + accuracy.svg() + "</div>";
  }

  private List<Double> values(Function<EpochResult, Double> value) {
    return result.history().stream().map(value).toList();
  }

  private String epochs() {
    StringBuilder rows = new StringBuilder();
    for (EpochResult epoch : result.history()) {
      String best = result.bestEpoch().filter(epoch::equals).isPresent() ? " class=\"best\"" : "";
      rows.append(
          "<tr%s><td>%d</td><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>"
              .formatted(
                  best,
                  epoch.epoch(),
                  epoch.step(),
                  Html.number(epoch.loss()),
                  Html.percent(epoch.accuracy()),
                  Html.number(epoch.validationLoss()),
                  Html.percent(epoch.validationAccuracy())));
    }
    return Template.EPOCHS.formatted(rows);
  }

  private String confusion(ConfusionMatrix matrix) {
    StringBuilder out =
        new StringBuilder(
            "<h2>Confusion</h2><table class=\"confusion\"><tr><th>true \\ predicted</th>");
    for (int i = 0; i < matrix.classes(); i++) {
      out.append("<th>%s</th>".formatted(className(i)));
    }
    out.append("<th>recall</th></tr>");
    for (int actual = 0; actual < matrix.classes(); actual++) {
      out.append("<tr><th>%s</th>".formatted(className(actual)));
      for (int predicted = 0; predicted < matrix.classes(); predicted++) {
        out.append(cell(matrix, actual, predicted));
      }
      out.append("<td>%s</td></tr>".formatted(Html.percent(matrix.recall(actual))));
    }
    out.append("<tr><th>precision</th>");
    for (int i = 0; i < matrix.classes(); i++) {
      out.append("<td>%s</td>".formatted(Html.percent(matrix.precision(i))));
    }
    return out.append("<td></td></tr></table>").toString();
  }

  private static String cell(ConfusionMatrix matrix, int actual, int predicted) {
    long count = matrix.count(actual, predicted);
    long row = 0;
    for (int i = 0; i < matrix.classes(); i++) {
      row += matrix.count(actual, i);
    }
    double part = row == 0 ? 0 : (double) count / row;
    String colour = actual == predicted ? "58,138,77" : "194,87,26";
    double strength = actual == predicted ? 0.7 * part : Math.min(0.9, 8 * part);
    return String.format(
        Locale.ROOT,
        "<td style=\"background:rgba(%s,%.3f)\">%s</td>",
        colour,
        strength,
        count == 0 ? "" : Long.toString(count));
  }

  private String filters(FirstConvolution convolution, Session session) throws IOException {
    Tensor image = judged.data().examples(0).get(Dataset.IMAGE);
    Tensor kernel = session.parameters().get(convolution.kernel());
    if (image == null || kernel == null) {
      return "";
    }
    String input = result.graph().signature("predict").inputs().keySet().asList().getFirst();
    Tensor maps = session.run(FirstConvolution.MAPS, Map.of(input, image)).get("maps");
    if (maps == null) {
      return "";
    }
    return "<h2>What the first convolution looks for, and finds in an example</h2><div"
        + " class=\"row\">"
        + figure(Picture.ofFilters(kernel), "filters of " + convolution.kernel(), 8)
        + figure(Picture.ofImage(Mistakes.row(image, 0)), "the example", 6)
        + figure(Picture.ofMaps(Mistakes.row(maps, 0)), "what each filter finds in it", 2)
        + "</div>";
  }

  private String mistakes(List<Mistake> mistakes) {
    if (mistakes.isEmpty()) {
      return "<h2>Mistakes</h2><p>There is none.</p>";
    }
    StringBuilder out = new StringBuilder("<h2>The surest mistakes</h2><div class=\"row\">");
    for (Mistake mistake : mistakes) {
      String words =
          "%s, taken for %s (%.0f%%)"
              .formatted(
                  plainName(mistake.label()),
                  plainName(mistake.predicted()),
                  100 * mistake.probability());
      out.append(figure(Picture.ofImage(mistake.image()), words, 2));
    }
    return out.append("</div>").toString();
  }

  private static String figure(Picture picture, String caption, int scale) {
    return "<figure><img src=\"%s\" width=\"%d\" height=\"%d\" alt=\"%s\"><figcaption>%s</figcaption></figure>"
        .formatted(
            picture.dataUri(),
            picture.width() * scale,
            picture.height() * scale,
            Html.escape(caption),
            Html.escape(caption));
  }

  private String className(int number) {
    return Html.escape(plainName(number));
  }

  private String plainName(int number) {
    String names = result.graph().metadata().get(Classifier.CLASSES);
    List<String> classes = names == null ? List.of() : List.of(names.split(","));
    return number < classes.size() ? classes.get(number) : Integer.toString(number);
  }

  private static String table(String heading, Map<String, String> entries) {
    if (entries.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder("<h2>%s</h2><table>".formatted(Html.escape(heading)));
    entries.forEach((name, value) ->
        out.append(
            "<tr><th>%s</th><td>%s</td></tr>".formatted(Html.escape(name), Html.escape(value))));
    return out.append("</table>").toString();
  }
}
