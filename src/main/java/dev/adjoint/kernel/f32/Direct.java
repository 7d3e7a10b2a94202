package dev.adjoint.kernel.f32;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.CorrelationShape;
import dev.adjoint.kernel.CorrelationShape.Axis;
import dev.adjoint.kernel.CorrelationShape.Phase;
import dev.adjoint.kernel.Epilogue;
import dev.adjoint.kernel.Kernel;
import dev.adjoint.kernel.Offsets;
import dev.adjoint.kernel.Rows;
import dev.adjoint.kernel.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Correlations as they are defined. A task computes a band of output rows of one image: it copies
 * the input that the band reads, with its padding and features last, and multiplies from there, so
 * nothing is unrolled into columns. An input that is dilated is cut into {@linkplain Piece pieces},
 * none of which multiplies the zeros in between. If each feature is a group of its own (a depthwise
 * convolution), the features of a pixel are the lanes of a vector.
 */
final class Direct implements Kernel {
  private static final int FINISH_TASK = 32_768;
  private static final double LEAST_TERMS = 1e6;

  /** So many tasks even of a single image, if none has fewer terms than take some microseconds. */
  private static final int LEAST_TASKS = 4;

  private static final double LEAST_TERMS_OF_FEW = 1e5;
  private static final double MOST_TERMS = 12e6;
  private static final int MOST_BAND = 100_000;

  private final Tiles tiles;
  private final CorrelationShape shape;
  private final Finish finish;
  private final boolean packed;
  private final boolean lanewise;
  private final int width;
  private final int groups;
  private final int columns;
  private final int panels;
  private final Offsets kernelColumns;
  private final int height;
  private final int bands;
  private final List<Piece> pieces;
  private final List<SlidingPiece> slidingPieces;
  private final Band band;
  private final int bandSize;
  private final int narrowSize;
  private final int packedLength;
  private final boolean finishesInTask;
  private final boolean finishesAfter;

  Direct(Tiles tiles, CorrelationShape shape, Epilogue epilogue, boolean packed) {
    this.tiles = tiles;
    this.shape = shape;
    this.finish = new Finish(tiles, epilogue, shape.lastAxis());
    this.packed = packed;
    this.lanewise = shape.featureGroups() > 1 && shape.depth() == 1 && shape.columns() == 1;
    this.width = lanewise ? tiles.lanes() : tiles.width();
    this.groups = lanewise ? 1 : shape.groups();
    this.columns = lanewise ? shape.groups() : shape.columns();
    this.panels = Panels.count(columns, width);
    this.kernelColumns = Offsets.apart(columns, shape.wColumn());
    int inner = shape.depth() * shape.featureGroups();
    List<List<Phase>> combinations = combinations(shape);
    boolean slides =
        lanewise && shape.yFeature() == 1 && combinations.stream().allMatch(Piece::slides);
    boolean gapless = !lanewise || (slides && inner % width == 0);
    int pitch = gapless ? inner : Band.skewed(inner, width);
    int rowStride = epilogue.pooled().map(pooled -> pooled.pooling().rowStride()).orElse(1);
    int kept = finish.pools() ? elementsOfRow(shape) : 0;
    this.height = height(shape, combinations, inner, terms(), rowStride, kept);
    int rows = shape.axes().get(1).output();
    this.bands = Math.ceilDiv(rows, height);
    int lastHeight = rows - (bands - 1) * height;
    this.pieces =
        combinations.stream()
            .map(phases -> new Piece(shape, phases, height, lastHeight, pitch, width))
            .toList();
    this.slidingPieces =
        pieces.stream()
            .filter(_ -> slides)
            .map(piece -> new SlidingPiece(tiles, columns, piece))
            .toList();
    this.band = new Band(shape, /* dilated= */ false, inner, shape.xFeature(), pitch);
    this.bandSize = pieces.stream().mapToInt(Piece::bandSize).max().orElse(0) + tiles.lanes();
    this.narrowSize =
        pieces.stream().mapToInt(piece -> piece.rows(false).count()).max().orElse(0) * width;
    int terms = pieces.stream().mapToInt(Piece::terms).sum();
    this.packedLength = Math.toIntExact((long) terms * groups * panels * width);
    this.finishesInTask = shape.featuresLast();
    this.finishesAfter = !finishesInTask && (epilogue.hasSteps() || epilogue.tail().isPresent());
  }

  /** Whether the result can be pooled band by band, by windows of the given stride. */
  static boolean pools(CorrelationShape shape, int rowStride) {
    long rows = (long) shape.axes().get(1).phases().getFirst().period() * rowStride;
    return shape.featuresLast() && rows * elementsOfRow(shape) <= MOST_BAND;
  }

  /** Products that an output row takes. */
  private double terms() {
    double taps = shape.taps();
    double each = lanewise ? columns : (double) shape.depth() * panels * width * groups;
    return taps * each * shape.axes().get(2).output();
  }

  private static List<List<Phase>> combinations(CorrelationShape shape) {
    List<List<Phase>> combinations = new ArrayList<>();
    for (Phase plane : shape.axes().get(0).phases()) {
      for (Phase row : shape.axes().get(1).phases()) {
        for (Phase column : shape.axes().get(2).phases()) {
          combinations.add(List.of(plane, row, column));
        }
      }
    }
    return combinations;
  }

  /**
   * How many output rows a band has: the number that wastes the fewest rows of register blocks, of
   * those that make a task neither too short nor too long.
   *
   * @param rowStride what it must be a multiple of
   * @param kept elements of an output row that stay in the workspace
   */
  private static int height(
      CorrelationShape shape,
      List<List<Phase>> combinations,
      int inner,
      double termsOfRow,
      int rowStride,
      int kept) {
    Axis rows = shape.axes().get(1);
    int period = combinations.getFirst().get(1).period() * rowStride;
    int pixels = Math.max(1, shape.axes().get(2).output());
    double all = termsOfRow * rows.output() / combinations.size() * shape.batch();
    double least = Math.clamp(all / LEAST_TASKS, LEAST_TERMS_OF_FEW, LEAST_TERMS);
    int best = period;
    double bestScore = 0;
    for (int height = period; height < rows.output() + period; height += period) {
      double terms = termsOfRow * height / combinations.size();
      double band =
          (double) (height * rows.stride() + rows.taps() * rows.dilation())
                  / rows.inputDilation()
                  * (pixels + shape.axes().get(2).taps())
                  * shape.axes().get(2).stride()
                  / shape.axes().get(2).inputDilation()
                  * inner
              + (double) height * kept;
      if (height > period && (terms > MOST_TERMS || band > MOST_BAND)) {
        break;
      }
      int used = Math.max(1, height * pixels / combinations.size());
      double padded = Math.ceilDiv(used, Rows.MOST_AT_A_TIME) * (double) Rows.MOST_AT_A_TIME;
      double bandsUsed =
          (double) rows.output() / (Math.ceilDiv(rows.output(), height) * (double) height);
      double score =
          used / padded * (0.7 + 0.3 * bandsUsed) * Math.min(1, 0.8 + 0.2 * terms / least);
      if (score > bestScore) {
        best = height;
        bestScore = score;
      }
    }
    return best;
  }

  /** How many elements the packed kernel has. */
  int packedLength() {
    return packedLength;
  }

  @Override
  public int phases() {
    return (packsFirst() ? 1 : 0) + 1 + (finishesAfter ? 1 : 0);
  }

  private boolean packsFirst() {
    return !packed && packedLength > 0;
  }

  private int stage(int phase) {
    return packsFirst() ? phase : phase + 1;
  }

  @Override
  public int tasks(int phase) {
    if (shape.resultSize() == 0) {
      return 0;
    }
    return switch (stage(phase)) {
      case 0 -> pieces.size() * groups * panels;
      case 1 -> shape.batch() * shape.axes().get(0).output() * bands;
      default -> Math.ceilDiv(shape.resultSize(), FINISH_TASK);
    };
  }

  @Override
  public int temporary() {
    return packsFirst() ? packedLength : 0;
  }

  @Override
  public int workspace() {
    return resultAt() + (finish.pools() ? height * elementsOfRow(shape) : 0);
  }

  /** Where in the workspace a band of the result begins that is pooled. */
  private int resultAt() {
    return bandSize + narrowSize;
  }

  @Override
  public void run(int phase, int task, Arguments arguments, Workspace workspace) {
    switch (stage(phase)) {
      case 0 -> pack(task, arguments, 1, finish.temporary());
      case 1 -> correlate(task, arguments, workspace);
      default -> {
        int from = task * FINISH_TASK;
        finish.all(arguments, from, Math.min(shape.resultSize(), from + FINISH_TASK));
      }
    }
  }

  /** Where each piece finds its part of the kernel, and how wide the panels are. */
  private record Packed(
      int width,
      int groups,
      int wColumn,
      Offsets columns,
      List<Integer> origins,
      List<Offsets> pieces) {}

  /** The kernel that packs w: argument 0 into argument 1. */
  Kernel packing() {
    int tasks = packedLength == 0 ? 0 : pieces.size() * groups * panels;
    return new PackKernel(
        tasks,
        0,
        (part, arguments, from, to, _) -> pack(part, arguments, from, to),
        new Packed(
            width,
            groups,
            shape.wColumn(),
            kernelColumns,
            pieces.stream().map(Piece::kernelOrigin).toList(),
            pieces.stream().map(Piece::kernel).toList()));
  }

  private void pack(int task, Arguments arguments, int w, int to) {
    int number = task / (groups * panels);
    int group = task / panels % groups;
    int panel = task % panels;
    Piece piece = pieces.get(number);
    Panels.pack(
        arguments.floats(w),
        arguments.offset(w) + piece.kernelOrigin() + group * columns * shape.wColumn(),
        piece.kernel(),
        0,
        piece.terms(),
        kernelColumns,
        panel * width,
        width,
        arguments.floats(to),
        arguments.offset(to) + packedAt(number, group, panel));
  }

  /** Where a panel begins in the packed kernel. */
  private int packedAt(int number, int group, int panel) {
    int before = 0;
    for (int i = 0; i < number; i++) {
      before += pieces.get(i).terms();
    }
    return (before * groups * panels + (group * panels + panel) * pieces.get(number).terms())
        * width;
  }

  private void correlate(int task, Arguments arguments, Workspace workspace) {
    int row = task % bands * height;
    int plane = task / bands % shape.axes().get(0).output();
    int image = task / bands / shape.axes().get(0).output();
    int rows = shape.axes().get(1).output();
    boolean last = row + height > rows;
    int place =
        image * shape.yBatch()
            + plane * shape.axes().get(0).yStride()
            + row * shape.axes().get(1).yStride();
    Arguments part = finish.ofPart(arguments, workspace, resultAt(), place);
    for (int number = 0; number < pieces.size(); number++) {
      Piece piece = pieces.get(number);
      if (piece.isOf(plane) && piece.rows(last).count() > 0) {
        piece(part, workspace.floats(), number, image, plane, row, last, place);
      }
    }
    if (finishesInTask) {
      int limit = Math.min(rows, row + height);
      finish.all(part, place, place + (limit - row) * elementsOfRow(shape));
      int images = image * shape.axes().get(0).output() + plane;
      int pixels = shape.axes().get(2).output();
      finish.pool(part, arguments, workspace, images, row, limit, 0, pixels);
    }
  }

  private static int elementsOfRow(CorrelationShape shape) {
    return shape.axes().get(2).output() * shape.columns() * shape.groups();
  }

  private void piece(
      Arguments arguments,
      float[] workspace,
      int number,
      int image,
      int plane,
      int row,
      boolean last,
      int place) {
    Piece piece = pieces.get(number);
    float[] y = arguments.floats(finish.result());
    int yAt = arguments.offset(finish.result()) + place;
    int weights = packed || packedLength == 0 ? 1 : finish.temporary();
    for (int group = 0; group < groups; group++) {
      int batchGroup = shape.batchGroups() > 1 ? group : 0;
      if (group == 0 || batchGroup > 0) {
        int from = arguments.offset(0) + (batchGroup * shape.batch() + image) * shape.xBatch();
        piece.copy(band, arguments.floats(0), from, plane, row, last, workspace);
      }
      if (!slidingPieces.isEmpty()) {
        slidingPieces
            .get(number)
            .correlate(
                last,
                workspace,
                bandSize,
                arguments.floats(weights),
                arguments.offset(weights) + packedAt(number, group, 0),
                y,
                yAt);
        continue;
      }
      int a = shape.featureGroups() > 1 ? group * shape.depth() : 0;
      for (int panel = 0; panel < panels; panel++) {
        panel(
            piece,
            last,
            workspace,
            lanewise ? panel * width : a,
            arguments.floats(weights),
            arguments.offset(weights) + packedAt(number, group, panel),
            y,
            yAt + (group * columns + panel * width) * shape.yFeature(),
            Math.min(width, columns - panel * width));
      }
    }
  }

  private void panel(
      Piece piece,
      boolean last,
      float[] workspace,
      int aAt,
      float[] w,
      int wAt,
      float[] y,
      int yAt,
      int used) {
    if (used == width && shape.yFeature() == 1) {
      multiply(piece, piece.rows(last), workspace, aAt, w, wAt, y, yAt);
      return;
    }
    multiply(piece, piece.narrowRows(last), workspace, aAt, w, wAt, workspace, bandSize);
    Rows rows = piece.rows(last);
    for (int r = 0; r < rows.count(); r++) {
      int at = yAt + rows.places()[r];
      for (int n = 0; n < used; n++) {
        y[at + n * shape.yFeature()] = workspace[bandSize + r * width + n];
      }
    }
  }

  private void multiply(
      Piece piece, Rows rows, float[] a, int aAt, float[] w, int wAt, float[] y, int yAt) {
    if (lanewise) {
      tiles.lanewise(piece.walk(), rows, a, aAt, w, wAt, y, yAt, /* add= */ false);
    } else {
      tiles.product(piece.walk(), rows, a, aAt, w, wAt, y, yAt, /* add= */ false);
    }
  }
}
