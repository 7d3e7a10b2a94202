package dev.adjoint.check.generate;

import com.google.common.collect.ImmutableSortedMap;
import dev.adjoint.op.Axes;
import dev.adjoint.op.Permutation;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Where generators get their choices from: numbers, sizes, shapes and dtypes, drawn from a seed.
 * What is drawn is recorded, so that a test that fails can be made smaller: in every choice the
 * first, smallest or false one counts as the simplest.
 *
 * <p>Named sizes are drawn together with a number, 1 or more, that each stands for, so a generator
 * can always ask for {@linkplain #valueOf the value} of a size and stay within what an operator
 * accepts.
 */
public final class Choices {
  private static final List<String> SYMBOLS = List.of("N", "M");

  private final long seed;
  private final Limits limits;
  private final ChoiceSequence sequence;
  private final Map<String, Long> sizes = new TreeMap<>();
  private final List<Shape> favourites = new ArrayList<>();

  private Choices(long seed, Limits limits, ChoiceSequence sequence) {
    this.seed = seed;
    this.limits = limits;
    this.sequence = sequence;
  }

  /** Choices at random; the same ones for the same seed. */
  public static Choices of(long seed, Limits limits) {
    return new Choices(seed, limits, ChoiceSequence.random(seed));
  }

  /** The choices of a record. */
  static Choices replay(long seed, Limits limits, List<Integer> record) {
    return new Choices(seed, limits, ChoiceSequence.replay(seed, record));
  }

  /** The seed that these started from. */
  public long seed() {
    return seed;
  }

  /** What may be drawn. */
  public Limits limits() {
    return limits;
  }

  /** What was drawn. */
  ChoiceSequence.Recording recording() {
    return sequence.recording();
  }

  // Numbers.

  /** A number from {@code least} to {@code most}, both included. */
  public int between(int least, int most) {
    return least + sequence.below(most - least + 1);
  }

  /** True that many times in a hundred. */
  public boolean chance(int percent) {
    return sequence.below(100) >= 100 - percent;
  }

  /** One of the given things. */
  @SafeVarargs
  public final <T> T among(T... things) {
    return things[sequence.below(things.length)];
  }

  /** One of the given things. */
  public <T> T among(List<T> things) {
    return things.get(sequence.below(things.size()));
  }

  /** Between {@code least} and {@code most} things. */
  public <T> List<T> several(int least, int most, Supplier<T> thing) {
    List<T> things = new ArrayList<>();
    sequence.repeat(least, most, () -> things.add(thing.get()));
    return List.copyOf(things);
  }

  /** Runs {@code step} between {@code least} and {@code most} times. */
  void repeat(int least, int most, Runnable step) {
    sequence.repeat(least, most, step);
  }

  /** The numbers from 0, below {@code size}, in any order. */
  public Permutation permutation(int size) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    for (int i = 0; i + 1 < size; i++) {
      Collections.swap(order, i, i + sequence.below(size - i));
    }
    return new Permutation(order);
  }

  /** Some axes of a rank, none and all of them among the possibilities. */
  public Axes axes(int rank) {
    return new Axes(IntStream.range(0, rank).filter(_ -> chance(50)).boxed().toList());
  }

  /** An axis of a rank of 1 or more. */
  public int axis(int rank) {
    return sequence.below(rank);
  }

  // Dtypes.

  /** Any dtype that the limits allow. */
  public DType dtype() {
    return among(limits.dtypes());
  }

  /** A dtype of floating point. */
  public DType floating() {
    return allowed(List.of(DType.FLOAT32, DType.FLOAT64));
  }

  /** A dtype of floating point or integers. */
  public DType numeric() {
    return allowed(List.of(DType.FLOAT32, DType.FLOAT64, DType.INT32, DType.INT64));
  }

  /** An integer dtype. */
  public DType integer() {
    return allowed(List.of(DType.INT32, DType.INT64));
  }

  /** One of {@code accepted}, if possible one that the limits allow. */
  private DType allowed(List<DType> accepted) {
    List<DType> both = accepted.stream().filter(limits.dtypes()::contains).toList();
    return among(both.isEmpty() ? accepted : both);
  }

  // Sizes and shapes.

  /** A size as a number: most often above 1, sometimes 1, seldom 0. */
  public int size() {
    int large = limits.maxSize() - 1;
    int choice = sequence.below(16 * large);
    if (choice >= 15 * large) {
      return leastSize();
    }
    return choice < 3 * large ? 1 : 2 + (choice - 3 * large) / 12;
  }

  /** The least size that the limits allow: 0, or 1. */
  public int leastSize() {
    return limits.empty() ? 0 : 1;
  }

  /**
   * The least size that may be made of {@code size}: 1 for a named one, so that an expression of
   * names stands for 1 or more wherever it is a size.
   */
  public int leastSize(Dim size) {
    return size.isConstant() ? leastSize() : 1;
  }

  /** A size as a number, not 0. */
  public int positiveSize() {
    return sequence.below(8) < 2 ? 1 : between(2, limits.maxSize());
  }

  /** A size: a number, or one of few names. */
  public Dim dim() {
    return limits.symbolic() && chance(15) ? symbol() : Dim.of(size());
  }

  /** A size that is not 0. */
  public Dim positiveDim() {
    Dim dim = dim();
    return valueOf(dim) > 0 ? dim : Dim.of(positiveSize());
  }

  private Dim symbol() {
    String name = among(SYMBOLS);
    sizes.computeIfAbsent(name, _ -> (long) positiveSize());
    return Dim.named(name);
  }

  /** The number that {@code dim} stands for. */
  public long valueOf(Dim dim) {
    return dim.evaluate(sizes);
  }

  /** The numbers that the names drawn so far stand for. */
  public Map<String, Long> sizes() {
    return ImmutableSortedMap.copyOf(sizes);
  }

  /** How many elements {@code shape} has. */
  long elements(Shape shape) {
    return shape.bind(sizes).elementCount();
  }

  /** A shape of any rank. */
  public Shape shape() {
    return shape(0, limits.maxRank());
  }

  /** A shape of {@code least} to {@code most} axes. */
  public Shape shape(int least, int most) {
    List<Shape> fitting =
        favourites.stream().filter(s -> s.rank() >= least && s.rank() <= most).toList();
    boolean favourite = chance(60);
    if (favourite && !fitting.isEmpty()) {
      return among(fitting);
    }
    return Shape.of(several(least, Math.max(least, Math.min(most, limits.maxRank())), this::dim));
  }

  /** From now on shapes are often these, those of values that are there already. */
  void favour(List<Shape> shapes) {
    favourites.clear();
    favourites.addAll(shapes);
  }

  /** A type of the given dtype and any shape. */
  public TensorType type(DType dtype) {
    return new TensorType(dtype, shape());
  }

  /** A shape that broadcasts to {@code shape}: axes left out at the front or of size 1. */
  public Shape broadcastableTo(Shape shape) {
    if (!chance(40)) {
      return shape;
    }
    List<Dim> kept = shape.dims().subList(between(0, shape.rank()), shape.rank());
    return Shape.of(kept.stream().map(dim -> chance(30) ? Dim.of(1) : dim).toList());
  }

  /**
   * A size as an expression of names and numbers, whose value for {@linkplain #sizes these sizes}
   * exists.
   */
  public Dim expression() {
    return expression(3);
  }

  private Dim expression(int depth) {
    int kind = depth == 0 ? between(0, 1) : between(0, 6);
    return switch (kind) {
      case 0 -> Dim.of(size());
      case 1 -> limits.symbolic() ? symbol() : Dim.of(size());
      case 2 -> expression(depth - 1).plus(expression(depth - 1));
      case 3 -> expression(depth - 1).times(between(-2, 3));
      case 4 -> expression(depth - 1).floorDiv(between(1, 4));
      case 5 -> expression(depth - 1).max(expression(depth - 1));
      default -> expression(depth - 1).minus(expression(depth - 1));
    };
  }
}
