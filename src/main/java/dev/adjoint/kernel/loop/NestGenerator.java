package dev.adjoint.kernel.loop;

import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.adjoint.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes the class of a {@link Nest}: {@link GeneratedLoop#run} as one method.
 *
 * {@snippet :
 *   arrays, places and numbers into local variables
 *   targets and parts of folds are filled
 *   for each row
 *     values that are the same along the columns; what is stored once a row
 *     for whole vectors of columns: all other values, stores, folds into vectors of parts
 *     for the columns that remain: the same for one element
 *     places move on by a row
 *   parts of folds into their targets
 * }
 */
final class NestGenerator {
  private static final ClassDesc SELF =
      ClassDesc.of(NestGenerator.class.getPackageName(), "Nested");
  private static final ClassDesc SUPER = NestFrame.described(GeneratedLoop.class);

  private final Nest nest;
  private final CodeBuilder out;
  private final boolean[] varying;
  private final ScalarLanes scalar = new ScalarLanes();
  private final int[] uniform;
  private final NestFrame frame;
  private final NestFolds folds;

  private NestGenerator(Nest nest, CodeBuilder out) {
    this.nest = nest;
    this.out = out;
    this.varying = nest.varying();
    this.uniform = new int[nest.steps().size()];
    this.frame = new NestFrame(nest, out);
    this.folds = new NestFolds(frame, scalar);
  }

  /** The bytes of a class in this package. */
  static byte[] generate(Nest nest) {
    return ClassFile.of()
        .build(
            SELF,
            clazz ->
                clazz
                    .withSuperclass(SUPER)
                    .withFlags(ClassFile.ACC_FINAL)
                    .withMethodBody(
                        INIT_NAME,
                        MTD_void,
                        0,
                        code -> code.aload(0).invokespecial(SUPER, INIT_NAME, MTD_void).return_())
                    .withMethodBody(
                        "run",
                        NestFrame.METHOD,
                        0,
                        code -> new NestGenerator(nest, code).method()));
  }

  private void method() {
    frame.open();
    numbers();
    folds.fillColumns();
    folds.open();
    frame.rows(this::oneRow);
    folds.close();
    out.return_();
  }

  /** The numbers that come with each run. */
  private void numbers() {
    for (int value = 0; value < uniform.length; value++) {
      Step step = nest.steps().get(value);
      if (step.opcode() == Opcode.PARAMETER) {
        frame.parameter((int) step.immediate());
        ScalarLanes.decode(out, step.type());
        uniform[value] = scalar.save(out, step.type());
      }
    }
  }

  private void oneRow() {
    NestBody fixed = new NestBody(frame, scalar, uniform, 0);
    for (int value = 0; value < uniform.length; value++) {
      Opcode opcode = nest.steps().get(value).opcode();
      if (!varying[value] && opcode != Opcode.CONSTANT && opcode != Opcode.PARAMETER) {
        fixed.compute(value);
      }
    }
    nest.rowStores().forEach(store -> fixed.store(store.access(), () -> fixed.load(store.value())));
    if (nest.stores().isEmpty() && nest.folds().isEmpty()) {
      return;
    }
    frame.toFirstColumn();
    if (nest.lanes() > 1) {
      frame.ifColumns(nest.lanes() * folds.vectorsAtATime(), () -> vectors(fixed));
    }
    elements();
  }

  private void vectors(NestBody fixed) {
    VectorLanes vector = new VectorLanes(nest.floating(), nest.lanes());
    int unrolled = folds.vectorsAtATime();
    int[] broadcasts = new int[uniform.length];
    for (int value : usedByVectors()) {
      DType type = nest.steps().get(value).type();
      vector.broadcast(out, type, () -> fixed.load(value));
      broadcasts[value] = vector.save(out, type);
    }
    int[][] sums = folds.loadPartials(vector);
    frame.columns(
        nest.lanes() * unrolled,
        () -> {
          for (int u = 0; u < unrolled; u++) {
            NestBody body = new NestBody(frame, vector, broadcasts.clone(), u * nest.lanes());
            body.computeAll();
            body.storeAll();
            folds.vector(vector, body, sums, u);
          }
        });
    folds.storePartials(vector, sums);
  }

  /** The values, the same along the columns, that vectors are computed from. */
  private List<Integer> usedByVectors() {
    boolean[] used = new boolean[uniform.length];
    for (int value = 0; value < uniform.length; value++) {
      if (varying[value]) {
        nest.steps().get(value).operands().forEach(operand -> used[operand] = true);
      }
    }
    nest.stores().forEach(store -> used[store.value()] = true);
    nest.folds().forEach(fold -> used[fold.value()] = true);
    return IntStream.range(0, used.length)
        .filter(value -> used[value] && !varying[value])
        .boxed()
        .toList();
  }

  private void elements() {
    frame.columns(
        1,
        () -> {
          NestBody body = new NestBody(frame, scalar, uniform.clone(), 0);
          body.computeAll();
          body.storeAll();
          folds.element(body);
        });
  }
}
