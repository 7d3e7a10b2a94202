package dev.adjoint.kernel.loop;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
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
  private static final ClassDesc SUPER = described(GeneratedLoop.class);
  private static final ClassDesc ARGUMENTS = described(Arguments.class);
  private static final ClassDesc WORKSPACE = described(Workspace.class);
  private static final ClassDesc GEOMETRY = described(Geometry.class);

  private static final int ARGUMENTS_LOCAL = 1;
  private static final int WORKSPACE_LOCAL = 2;
  private static final int GEOMETRY_LOCAL = 3;
  private static final int OUTER = 4;
  private static final int ROW = 5;
  private static final int ROWS = 6;
  private static final int COLUMN = 7;
  private static final int COLUMNS = 8;
  private static final int FIRST = 9;

  private final Nest nest;
  private final CodeBuilder out;
  private final boolean[] varying;
  private final ScalarLanes scalar = new ScalarLanes();
  private final int[] arrays;
  private final int[] starts;
  private final int[] columnStrides;
  private final int[] rowStrides;
  private final int[] uniform;
  private final int[] accumulators;
  private final int[] positions;
  private final int i;

  private NestGenerator(Nest nest, CodeBuilder out) {
    this.nest = nest;
    this.out = out;
    this.varying = nest.varying();
    int accesses = nest.accesses().size();
    this.arrays = new int[accesses];
    this.starts = new int[accesses];
    this.columnStrides = new int[accesses];
    this.rowStrides = new int[accesses];
    this.uniform = new int[nest.steps().size()];
    this.accumulators = new int[nest.folds().size()];
    this.positions = new int[nest.folds().size()];
    this.i = newInt();
  }

  /** The bytes of a class in this package. */
  static byte[] generate(Nest nest) {
    MethodTypeDesc type =
        MethodTypeDesc.of(
            CD_void,
            ARGUMENTS,
            WORKSPACE,
            GEOMETRY,
            CD_int,
            CD_int,
            CD_int,
            CD_int,
            CD_int,
            CD_boolean);
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
                        "run", type, 0, code -> new NestGenerator(nest, code).method()));
  }

  private static ClassDesc described(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  private void method() {
    for (int access = 0; access < arrays.length; access++) {
      openAccess(access);
    }
    numbers();
    fillColumns();
    openFolds();
    Label next = out.newLabel();
    Label end = out.newLabel();
    int row = newInt();
    out.iconst_0().istore(row);
    out.labelBinding(next);
    out.iload(row).iload(ROWS).if_icmpge(end);
    oneRow();
    for (int access = 0; access < arrays.length; access++) {
      out.iload(starts[access]).iload(rowStrides[access]).iadd().istore(starts[access]);
    }
    out.iinc(row, 1);
    out.goto_(next);
    out.labelBinding(end);
    closeFolds();
    out.return_();
  }

  private void openAccess(int access) {
    Nest.Source source = nest.accesses().get(access);
    DType type = source.dtype();
    if (source.place() != Nest.Place.COUNTER) {
      arrays[access] = out.allocateLocal(TypeKind.REFERENCE);
      ClassDesc array = ScalarLanes.descriptor(type).arrayType();
      if (source.place() == Nest.Place.ARGUMENT) {
        out.aload(ARGUMENTS_LOCAL);
        geometry("argument", access);
        out.invokevirtual(ARGUMENTS, arrayOf(type), MethodTypeDesc.of(array, CD_int));
      } else {
        out.aload(WORKSPACE_LOCAL);
        out.invokevirtual(WORKSPACE, arrayOf(type), MethodTypeDesc.of(array));
      }
      out.astore(arrays[access]);
    }
    starts[access] = newInt();
    out.aload(GEOMETRY_LOCAL).loadConstant(access);
    switch (source.place()) {
      case ARGUMENT -> {
        out.aload(ARGUMENTS_LOCAL);
        out.iload(OUTER).iload(ROW).iload(COLUMN);
        out.invokevirtual(
            GEOMETRY,
            "start",
            MethodTypeDesc.of(CD_int, CD_int, ARGUMENTS, CD_int, CD_int, CD_int));
      }
      case COUNTER -> {
        out.iload(OUTER).iload(ROW).iload(COLUMN);
        startInGeometry();
      }
      // The worker's array holds the columns of this call alone.
      case WORKSPACE -> {
        out.iconst_0().iconst_0().iconst_0();
        startInGeometry();
      }
    }
    out.istore(starts[access]);
    rowStrides[access] = newInt();
    geometry("rowStride", access);
    out.istore(rowStrides[access]);
    if (source.motion() == Nest.Motion.STRIDED) {
      columnStrides[access] = newInt();
      geometry("columnStride", access);
      out.istore(columnStrides[access]);
    }
  }

  private void startInGeometry() {
    out.invokevirtual(GEOMETRY, "start", MethodTypeDesc.of(CD_int, CD_int, CD_int, CD_int, CD_int));
  }

  private void geometry(String number, int access) {
    out.aload(GEOMETRY_LOCAL).loadConstant(access);
    out.invokevirtual(GEOMETRY, number, MethodTypeDesc.of(CD_int, CD_int));
  }

  private static String arrayOf(DType type) {
    return switch (type) {
      case FLOAT32 -> "floats";
      case FLOAT64 -> "doubles";
      case INT32 -> "ints";
      case INT64 -> "longs";
      case BOOL -> "booleans";
    };
  }

  private int newInt() {
    return out.allocateLocal(TypeKind.INT);
  }

  /** The numbers that come with each run. */
  private void numbers() {
    for (int value = 0; value < uniform.length; value++) {
      Step step = nest.steps().get(value);
      if (step.opcode() == Opcode.PARAMETER) {
        out.aload(GEOMETRY_LOCAL).loadConstant((int) step.immediate());
        out.invokevirtual(GEOMETRY, "parameter", MethodTypeDesc.of(CD_long, CD_int));
        ScalarLanes.decode(out, step.type());
        uniform[value] = scalar.save(out, step.type());
      }
    }
  }

  /** Folds that have a target a column begin with what folds of nothing give. */
  private void fillColumns() {
    for (Nest.Accumulation fold : nest.folds()) {
      if (isFixed(fold.target())) {
        continue;
      }
      Label end = out.newLabel();
      out.iload(FIRST).ifeq(end);
      Body body = new Body(scalar, new int[0], 0);
      loop(1, () -> body.store(fold.target(), () -> identity(fold)));
      out.labelBinding(end);
    }
  }

  private boolean isFixed(int access) {
    return nest.accesses().get(access).motion() == Nest.Motion.FIXED;
  }

  private DType typeOf(Nest.Accumulation fold) {
    return nest.steps().get(fold.value()).type();
  }

  private void identity(Nest.Accumulation fold) {
    DType type = typeOf(fold);
    ScalarLanes.constant(out, type, Identities.of(fold.fold(), type));
  }

  /** A loop over columns from 0, in steps of {@code width}, while a whole step remains. */
  private void loop(int width, Runnable body) {
    out.iconst_0().istore(i);
    continueLoop(width, body);
  }

  private void continueLoop(int width, Runnable body) {
    int bound = newInt();
    out.iload(COLUMNS).loadConstant(width - 1).isub().istore(bound);
    Label next = out.newLabel();
    Label end = out.newLabel();
    out.labelBinding(next);
    out.iload(i).iload(bound).if_icmpge(end);
    body.run();
    out.iinc(i, width);
    out.goto_(next);
    out.labelBinding(end);
  }

  private void oneRow() {
    Body fixed = new Body(scalar, uniform, 0);
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
    out.iconst_0().istore(i);
    if (nest.lanes() > 1) {
      vectors();
    }
    elements();
  }

  private void openFolds() {
    for (int f = 0; f < accumulators.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      DType type = typeOf(fold);
      if (fold.partials() >= 0) {
        fillPartials(fold);
      } else if (isFixed(fold.target())) {
        identity(fold);
        accumulators[f] = scalar.save(out, type);
        if (fold.fold().isIndex()) {
          positions[f] = newInt();
          out.iconst_m1().istore(positions[f]);
        }
      }
    }
  }

  private void fillPartials(Nest.Accumulation fold) {
    ClassDesc number = ScalarLanes.descriptor(typeOf(fold));
    out.aload(arrays[fold.partials()]).iload(starts[fold.partials()]);
    out.iload(starts[fold.partials()]).loadConstant(Fold.PARTIALS).iadd();
    identity(fold);
    out.invokestatic(
        described(Arrays.class),
        "fill",
        MethodTypeDesc.of(CD_void, number.arrayType(), CD_int, CD_int, number));
  }

  private void vectors() {
    VectorLanes vector = new VectorLanes(nest.floating(), nest.lanes());
    boolean hasPartials = nest.folds().stream().anyMatch(fold -> fold.partials() >= 0);
    int unrolled = hasPartials ? Fold.PARTIALS / nest.lanes() : 1;
    int[] broadcasts = new int[uniform.length];
    Body fixed = new Body(scalar, uniform, 0);
    for (int value : usedByVectors()) {
      DType type = nest.steps().get(value).type();
      vector.broadcast(out, type, () -> fixed.load(value));
      broadcasts[value] = vector.save(out, type);
    }
    int[][] sums = new int[nest.folds().size()][unrolled];
    for (int f = 0; f < sums.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      for (int u = 0; u < unrolled && fold.partials() >= 0; u++) {
        vector.load(out, typeOf(fold), () -> out.aload(arrays[fold.partials()]), part(fold, u));
        sums[f][u] = vector.save(out, typeOf(fold));
      }
    }
    continueLoop(
        nest.lanes() * unrolled,
        () -> {
          for (int u = 0; u < unrolled; u++) {
            Body body = new Body(vector, broadcasts.clone(), u * nest.lanes());
            body.computeAll();
            body.storeAll();
            for (int f = 0; f < sums.length; f++) {
              foldVector(vector, body, nest.folds().get(f), sums[f][u]);
            }
          }
        });
    for (int f = 0; f < sums.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      for (int u = 0; u < unrolled && fold.partials() >= 0; u++) {
        int sum = sums[f][u];
        vector.store(
            out,
            typeOf(fold),
            () -> out.aload(sum),
            () -> out.aload(arrays[fold.partials()]),
            part(fold, u));
      }
    }
  }

  private Runnable part(Nest.Accumulation fold, int u) {
    return () -> out.iload(starts[fold.partials()]).loadConstant(u * nest.lanes()).iadd();
  }

  private void foldVector(VectorLanes vector, Body body, Nest.Accumulation fold, int sum) {
    if (fold.partials() >= 0) {
      out.aload(sum);
      body.load(fold.value());
      vector.combine(out, fold.fold(), typeOf(fold));
      out.astore(sum);
    } else {
      foldInMemory(vector, body, fold);
    }
  }

  private void foldInMemory(Lanes lanes, Body body, Nest.Accumulation fold) {
    body.store(
        fold.target(),
        () -> {
          body.loadFrom(fold.target());
          body.load(fold.value());
          lanes.combine(out, fold.fold(), typeOf(fold));
        });
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
    continueLoop(
        1,
        () -> {
          Body body = new Body(scalar, uniform.clone(), 0);
          body.computeAll();
          body.storeAll();
          for (int f = 0; f < accumulators.length; f++) {
            foldElement(body, f);
          }
        });
  }

  private void foldElement(Body body, int f) {
    Nest.Accumulation fold = nest.folds().get(f);
    DType type = typeOf(fold);
    if (fold.partials() >= 0) {
      Runnable index =
          () -> {
            out.iload(i).loadConstant(Fold.PARTIALS - 1).iand();
            out.iload(starts[fold.partials()]).iadd();
          };
      Runnable array = () -> out.aload(arrays[fold.partials()]);
      scalar.store(
          out,
          type,
          () -> {
            scalar.load(out, type, array, index);
            body.load(fold.value());
            scalar.combine(out, fold.fold(), type);
          },
          array,
          index);
    } else if (!isFixed(fold.target())) {
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
  private void foldIndex(Body body, int f) {
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
    out.iload(i).istore(positions[f]);
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

  private void closeFolds() {
    Body body = new Body(scalar, uniform, 0);
    for (int f = 0; f < accumulators.length; f++) {
      Nest.Accumulation fold = nest.folds().get(f);
      if (!isFixed(fold.target())) {
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
      Label store = out.newLabel();
      int accumulator = accumulators[f];
      out.iload(FIRST).ifne(store);
      body.loadFrom(fold.target());
      scalar.restore(out, type, accumulator);
      scalar.combine(out, fold.fold(), type);
      scalar.save(out, type, accumulator);
      out.labelBinding(store);
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
      out.aload(arrays[fold.partials()]).iload(starts[fold.partials()]);
      out.loadConstant(part).iadd().arrayLoad(ScalarLanes.kind(type));
    } else {
      combinePartials(fold, part, 2 * count);
      combinePartials(fold, part + count, 2 * count);
      scalar.combine(out, fold.fold(), type);
    }
  }

  /** The steps of some columns, in one form. */
  private final class Body {
    private final Lanes lanes;
    private final int[] locals;
    private final int ahead;

    /**
     * @param locals the variables of the values so far, of this form
     * @param ahead how many columns behind {@code i} the elements lie
     */
    Body(Lanes lanes, int[] locals, int ahead) {
      this.lanes = lanes;
      this.locals = locals;
      this.ahead = ahead;
    }

    void computeAll() {
      for (int value = 0; value < locals.length; value++) {
        if (varying[value]) {
          compute(value);
        }
      }
    }

    void storeAll() {
      nest.stores().forEach(store -> store(store.access(), () -> load(store.value())));
    }

    void compute(int value) {
      Step step = nest.steps().get(value);
      switch (step.opcode()) {
        case LOAD -> loadFrom((int) step.immediate());
        case GATHER -> gather(step);
        default -> lanes.step(out, step, new StepOperands(step));
      }
      locals[value] = lanes.save(out, step.type());
    }

    /** Loads a value. */
    void load(int value) {
      Step step = nest.steps().get(value);
      if (step.opcode() == Opcode.CONSTANT && lanes.count() == 1) {
        ScalarLanes.constant(out, step.type(), step.immediate());
      } else {
        lanes.restore(out, step.type(), locals[value]);
      }
    }

    /** Loads the element of an access. */
    void loadFrom(int access) {
      Nest.Source source = nest.accesses().get(access);
      if (source.place() == Nest.Place.COUNTER) {
        index(access);
        ScalarLanes.convert(out, DType.INT32, source.dtype());
      } else {
        lanes.load(out, source.dtype(), () -> out.aload(arrays[access]), () -> index(access));
      }
    }

    void store(int access, Runnable value) {
      DType type = nest.accesses().get(access).dtype();
      lanes.store(out, type, value, () -> out.aload(arrays[access]), () -> index(access));
    }

    private void gather(Step step) {
      int access = (int) step.immediate();
      out.aload(arrays[access]);
      index(access);
      int index = step.operands().get(0);
      load(index);
      ScalarLanes.convert(out, nest.steps().get(index).type(), DType.INT64);
      load(step.operands().get(1));
      out.invokestatic(
          described(ScalarMath.class), "checkedIndex", MethodTypeDesc.of(CD_int, CD_long, CD_int));
      load(step.operands().get(2));
      out.imul().iadd();
      out.arrayLoad(ScalarLanes.kind(step.type()));
    }

    private void index(int access) {
      out.iload(starts[access]);
      switch (nest.accesses().get(access).motion()) {
        case FIXED -> {
          return;
        }
        case UNIT -> out.iload(i).iadd();
        case STRIDED -> out.iload(i).iload(columnStrides[access]).imul().iadd();
      }
      if (ahead > 0) {
        out.loadConstant(ahead).iadd();
      }
    }

    private final class StepOperands implements Lanes.Operands {
      private final Step step;

      StepOperands(Step step) {
        this.step = step;
      }

      @Override
      public void load(int position) {
        Body.this.load(step.operands().get(position));
      }

      @Override
      public DType type(int position) {
        return nest.steps().get(step.operands().get(position)).type();
      }
    }
  }
}
