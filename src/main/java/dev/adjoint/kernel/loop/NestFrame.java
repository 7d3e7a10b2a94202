package dev.adjoint.kernel.loop;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.kernel.Arguments;
import dev.adjoint.kernel.Workspace;
import dev.adjoint.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * The frame of a method that is generated for a {@link Nest}: its parameters, and the local
 * variables that say where the elements of each access lie. Writes the code that opens, reads and
 * moves them.
 */
final class NestFrame {
  private static final ClassDesc ARGUMENTS = described(Arguments.class);
  private static final ClassDesc WORKSPACE = described(Workspace.class);
  private static final ClassDesc GEOMETRY = described(Geometry.class);

  /** The type of the method: that of {@link GeneratedLoop#run}. */
  static final MethodTypeDesc METHOD =
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
  private final int[] arrays;
  private final int[] starts;
  private final int[] columnStrides;
  private final int[] rowStrides;
  private final int i;

  NestFrame(Nest nest, CodeBuilder out) {
    this.nest = nest;
    this.out = out;
    int accesses = nest.accesses().size();
    this.arrays = new int[accesses];
    this.starts = new int[accesses];
    this.columnStrides = new int[accesses];
    this.rowStrides = new int[accesses];
    this.i = newInt();
  }

  static ClassDesc described(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }

  Nest nest() {
    return nest;
  }

  CodeBuilder out() {
    return out;
  }

  int newInt() {
    return out.allocateLocal(TypeKind.INT);
  }

  /** Arrays and places into local variables. */
  void open() {
    for (int access = 0; access < arrays.length; access++) {
      open(access);
    }
  }

  private void open(int access) {
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

  /** Loads a number that comes with each run. */
  void parameter(int number) {
    out.aload(GEOMETRY_LOCAL).loadConstant(number);
    out.invokevirtual(GEOMETRY, "parameter", MethodTypeDesc.of(CD_long, CD_int));
  }

  /** Whether an access has one element a row. */
  boolean isFixed(int access) {
    return nest.accesses().get(access).motion() == Nest.Motion.FIXED;
  }

  /** Loads an access's array. */
  void array(int access) {
    out.aload(arrays[access]);
  }

  /** Loads where an access begins in its array. */
  void start(int access) {
    out.iload(starts[access]);
  }

  /** Loads the column that the loop is at. */
  void column() {
    out.iload(i);
  }

  /** Loads where an access's element lies, of the column that is {@code ahead} of the loop's. */
  void index(int access, int ahead) {
    start(access);
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

  /** A loop over the rows, after each of which the places move on. */
  void rows(Runnable body) {
    Label next = out.newLabel();
    Label end = out.newLabel();
    int row = newInt();
    out.iconst_0().istore(row);
    out.labelBinding(next);
    out.iload(row).iload(ROWS).if_icmpge(end);
    body.run();
    for (int access = 0; access < arrays.length; access++) {
      out.iload(starts[access]).iload(rowStrides[access]).iadd().istore(starts[access]);
    }
    out.iinc(row, 1);
    out.goto_(next);
    out.labelBinding(end);
  }

  void toFirstColumn() {
    out.iconst_0().istore(i);
  }

  /** A loop over columns, from where it is, by {@code width} while as many remain. */
  void columns(int width, Runnable body) {
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

  /** Code for a run over {@code width} columns or more. */
  void ifColumns(int width, Runnable body) {
    Label end = out.newLabel();
    out.iload(COLUMNS).loadConstant(width).if_icmplt(end);
    body.run();
    out.labelBinding(end);
  }

  /** Code for a run in which folds begin. */
  void ifFirst(Runnable body) {
    Label end = out.newLabel();
    out.iload(FIRST).ifeq(end);
    body.run();
    out.labelBinding(end);
  }

  /** Code for a run in which folds go on from their targets. */
  void ifNotFirst(Runnable body) {
    Label end = out.newLabel();
    out.iload(FIRST).ifne(end);
    body.run();
    out.labelBinding(end);
  }
}
