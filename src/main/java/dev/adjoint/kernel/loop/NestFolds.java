package dev.adjoint.kernel.loop;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.List;

/**
 * Writes the folds of a {@link Nest}: what they begin with, how they take up a vector or an
 * element, and how they end in their targets.
 */
final class NestFolds {
  /**
   * The most steps of all vectors that are folded at a time. Longer code is hardly faster once it
   * is compiled, but C2 takes seconds for it, and methods beyond 8000 bytes it leaves alone.
   */
  private static final int MOST_STEPS = 128;

  private final NestFrame frame;
  private final Nest nest;
  private final CodeBuilder out;
  private final ScalarLanes scalar;
  private final int[] accumulators;
  private final int[] positions;

  NestFolds(NestFrame frame, ScalarLanes scalar) {
    this.frame = frame;
    this.nest = frame.nest();
    this.out = frame.out();
    this.scalar = scalar;
    this.accumulators = new int[nest.folds().size()];
    this.positions = new int[nest.folds().size()];
  }

  /** Folds that have a target a column begin with what folds of nothing give. */
  void fillColumns() {
    for (Nest.Accumulation fold : nest.folds()) {
      if (frame.isFixed(fold.target())) {
        continue;
      }
      NestBody body = new NestBody(frame, scalar, new int[0], 0);
      frame.ifFirst(() -> {
        frame.toFirstColumn();
        frame.columns(1, () -> body.store(fold.target(), () -> identity(fold)));
      });
    }
  }

  private DType typeOf(Nest.Accumulation fold) {
    return nest.steps().get(fold.value()).type();
  }

  private void identity(Nest.Accumulation fold) {
    DType type = typeOf(fold);
    ScalarLanes.constant(out, type, Identities.of(fold.fold(), type));
  }

  /** Parts are filled, and what has one target a row begins. */
  void open() {
    for (int f = 0; f < accumulators.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      DType type = typeOf(fold);
      if (fold.partials() >= 0) {
        fillPartials(fold);
      } else if (frame.isFixed(fold.target())) {
        identity(fold);
        accumulators[f] = scalar.save(out, type);
        if (fold.fold().isIndex()) {
          positions[f] = frame.newInt();
          out.iconst_m1().istore(positions[f]);
        }
      }
    }
  }

  private void fillPartials(Nest.Accumulation fold) {
    ClassDesc number = ScalarLanes.descriptor(typeOf(fold));
    frame.array(fold.partials());
    frame.start(fold.partials());
    frame.start(fold.partials());
    out.loadConstant(Fold.PARTIALS).iadd();
    identity(fold);
    out.invokestatic(
        NestFrame.described(Arrays.class),
        "fill",
        MethodTypeDesc.of(CD_void, number.arrayType(), CD_int, CD_int, number));
  }

  /**
   * How many vectors of columns are folded at a time: as many as the parts have, so that these stay
   * in variables, unless that makes the code too long.
   */
  int vectorsAtATime() {
    return keepsPartials() ? vectorsOfPartials() : 1;
  }

  private int vectorsOfPartials() {
    return Fold.PARTIALS / nest.lanes();
  }

  private boolean keepsPartials() {
    return nest.folds().stream().anyMatch(fold -> fold.partials() >= 0)
        && nest.steps().size() * vectorsOfPartials() <= MOST_STEPS;
  }

  /** Parts into variables: those of each fold whose parts are kept there. */
  int[][] loadPartials(VectorLanes vector) {
    int[][] sums = new int[nest.folds().size()][keepsPartials() ? vectorsOfPartials() : 0];
    for (int f = 0; f < sums.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      for (int u = 0; u < sums[f].length && fold.partials() >= 0; u++) {
        vector.load(out, typeOf(fold), () -> frame.array(fold.partials()), part(fold, u));
        sums[f][u] = vector.save(out, typeOf(fold));
      }
    }
    return sums;
  }

  void storePartials(VectorLanes vector, int[][] sums) {
    for (int f = 0; f < sums.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      for (int u = 0; u < sums[f].length && fold.partials() >= 0; u++) {
        int sum = sums[f][u];
        vector.store(
            out,
            typeOf(fold),
            () -> out.aload(sum),
            () -> frame.array(fold.partials()),
            part(fold, u));
      }
    }
  }

  /** Takes up the vector of a body that is number {@code u} of those folded at a time. */
  void vector(VectorLanes vector, NestBody body, int[][] sums, int u) {
    for (int f = 0; f < sums.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      if (fold.partials() < 0) {
        foldInMemory(vector, body, fold);
      } else if (keepsPartials()) {
        foldVector(vector, body, fold, sums[f][u]);
      } else {
        foldInPart(vector, body, fold);
      }
    }
  }

  private Runnable part(Nest.Accumulation fold, int u) {
    return () -> {
      frame.start(fold.partials());
      out.loadConstant(u * nest.lanes()).iadd();
    };
  }

  private void foldVector(VectorLanes vector, NestBody body, Nest.Accumulation fold, int sum) {
    out.aload(sum);
    body.load(fold.value());
    vector.combine(out, fold.fold(), typeOf(fold));
    out.astore(sum);
  }

  /** Into the part of the columns' number, where it lies in the array. */
  private void foldInPart(Lanes lanes, NestBody body, Nest.Accumulation fold) {
    DType type = typeOf(fold);
    Runnable array = () -> frame.array(fold.partials());
    Runnable index =
        () -> {
          frame.column();
          out.loadConstant(Fold.PARTIALS - 1).iand();
          frame.start(fold.partials());
          out.iadd();
        };
    lanes.store(
        out,
        type,
        () -> {
          lanes.load(out, type, array, index);
          body.load(fold.value());
          lanes.combine(out, fold.fold(), type);
        },
        array,
        index);
  }

  private void foldInMemory(Lanes lanes, NestBody body, Nest.Accumulation fold) {
    body.store(
        fold.target(),
        () -> {
          body.loadFrom(fold.target());
          body.load(fold.value());
          lanes.combine(out, fold.fold(), typeOf(fold));
        });
  }

  /** Takes up the element of a body. */
  void element(NestBody body) {
    for (int f = 0; f < accumulators.length; f++) {
      foldElement(body, f);
    }
  }

  private void foldElement(NestBody body, int f) {
    Nest.Accumulation fold = nest.folds().get(f);
    DType type = typeOf(fold);
    if (fold.partials() >= 0) {
      foldInPart(scalar, body, fold);
    } else if (!frame.isFixed(fold.target())) {
      foldInMemory(scalar, body, fold);
    } else if (fold.fold().isIndex()) {
      foldIndex(body, f);
    } else {
      scalar.restore(out, type, accumulators[f]);
      body.load(fold.value());
      scalar.combine(out, fold.fold(), type);
      scalar.save(out, type, accumulators[f]);
    }
  }

  /** Takes the element's place if it is the first, or comes before the best so far. */
  private void foldIndex(NestBody body, int f) {
    Nest.Accumulation fold = nest.folds().get(f);
    DType type = typeOf(fold);
    Label take = out.newLabel();
    Label end = out.newLabel();
    out.iload(positions[f]).iflt(take);
    Step order = new Step(Opcode.LESS, DType.BOOL, 0, List.of(0, 1));
    Runnable best = () -> scalar.restore(out, type, accumulators[f]);
    Runnable candidate = () -> body.load(fold.value());
    boolean largest = fold.fold() == Fold.ARGMAX;
    scalar.step(out, order, operands(type, largest ? best : candidate, largest ? candidate : best));
    out.ifne(take);
    // Only NaN is unequal to itself.
    Step unequal = new Step(Opcode.NOT_EQUAL, DType.BOOL, 0, List.of(0, 1));
    scalar.step(out, unequal, operands(type, candidate, candidate));
    out.ifeq(end);
    scalar.step(out, unequal, operands(type, best, best));
    out.ifne(end);
    out.labelBinding(take);
    candidate.run();
    scalar.save(out, type, accumulators[f]);
    frame.column();
    out.istore(positions[f]);
    out.labelBinding(end);
  }

  private static Lanes.Operands operands(DType type, Runnable... loads) {
    return new Lanes.Operands() {
      @Override
      public void load(int position) {
        loads[position].run();
      }

      @Override
      public DType type(int position) {
        return type;
      }
    };
  }

  /** Parts and rows into their targets. */
  void close() {
    NestBody body = new NestBody(frame, scalar, new int[0], 0);
    for (int f = 0; f < accumulators.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      if (!frame.isFixed(fold.target())) {
        continue;
      }
      if (fold.fold().isIndex()) {
        int position = positions[f];
        body.store(fold.target(), () -> out.iload(position).i2l());
        continue;
      }
      DType type = typeOf(fold);
      if (fold.partials() >= 0) {
        combinePartials(fold, 0, 1);
        accumulators[f] = scalar.save(out, type);
      }
      int accumulator = accumulators[f];
      frame.ifNotFirst(() -> {
        body.loadFrom(fold.target());
        scalar.restore(out, type, accumulator);
        scalar.combine(out, fold.fold(), type);
        scalar.save(out, type, accumulator);
      });
      body.store(fold.target(), () -> scalar.restore(out, type, accumulator));
    }
  }

  /**
   * Combines the parts pairwise, the first half with the second until one is left: loads part
   * {@code part} of {@code count}.
   */
  private void combinePartials(Nest.Accumulation fold, int part, int count) {
    DType type = typeOf(fold);
    if (count == Fold.PARTIALS) {
      frame.array(fold.partials());
      frame.start(fold.partials());
      out.loadConstant(part).iadd().arrayLoad(ScalarLanes.kind(type));
    } else {
      combinePartials(fold, part, 2 * count);
      combinePartials(fold, part + count, 2 * count);
      scalar.combine(out, fold.fold(), type);
    }
  }
}
