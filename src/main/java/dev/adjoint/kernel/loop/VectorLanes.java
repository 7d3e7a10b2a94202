package dev.adjoint.kernel.loop;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import dev.adjoint.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * A vector of the Vector API's preferred size: of one floating dtype, of the integers of its width,
 * or a mask for BOOL. Knows the API by name only, so that it may be absent.
 */
final class VectorLanes implements Lanes {
  private static final ClassDesc VECTOR = named("Vector");
  private static final ClassDesc MASK = named("VectorMask");
  private static final ClassDesc SPECIES = named("VectorSpecies");
  private static final ClassDesc OPERATORS = named("VectorOperators");
  private static final ClassDesc UNARY = named("VectorOperators$Unary");
  private static final ClassDesc BINARY = named("VectorOperators$Binary");
  private static final ClassDesc ASSOCIATIVE = named("VectorOperators$Associative");
  private static final ClassDesc COMPARISON = named("VectorOperators$Comparison");

  private final DType floating;
  private final int count;

  VectorLanes(DType floating, int count) {
    this.floating = floating;
    this.count = count;
  }

  private static ClassDesc named(String name) {
    return ClassDesc.of("jdk.incubator.vector." + name);
  }

  @Override
  public int count() {
    return count;
  }

  private static ClassDesc vector(DType type) {
    return switch (type) {
      case FLOAT32 -> named("FloatVector");
      case FLOAT64 -> named("DoubleVector");
      case INT32 -> named("IntVector");
      case INT64 -> named("LongVector");
      case BOOL -> MASK;
    };
  }

  private void species(CodeBuilder out, DType type) {
    out.getstatic(vector(type == DType.BOOL ? floating : type), "SPECIES_PREFERRED", SPECIES);
  }

  @Override
  public int save(CodeBuilder out, DType type) {
    int local = out.allocateLocal(TypeKind.REFERENCE);
    out.astore(local);
    return local;
  }

  @Override
  public void save(CodeBuilder out, DType type, int local) {
    out.astore(local);
  }

  @Override
  public void restore(CodeBuilder out, DType type, int local) {
    out.aload(local);
  }

  /** Turns the value that {@code scalar} loads into a vector of it. */
  void broadcast(CodeBuilder out, DType type, Runnable scalar) {
    species(out, type);
    scalar.run();
    if (type == DType.BOOL) {
      out.invokeinterface(SPECIES, "maskAll", MethodTypeDesc.of(MASK, CD_boolean));
    } else {
      out.invokestatic(
          vector(type),
          "broadcast",
          MethodTypeDesc.of(vector(type), SPECIES, ScalarLanes.descriptor(type)));
    }
  }

  @Override
  public void load(CodeBuilder out, DType type, Runnable array, Runnable index) {
    species(out, type);
    array.run();
    index.run();
    ClassDesc elements = ScalarLanes.descriptor(type).arrayType();
    out.invokestatic(
        vector(type), "fromArray", MethodTypeDesc.of(vector(type), SPECIES, elements, CD_int));
  }

  @Override
  public void store(CodeBuilder out, DType type, Runnable value, Runnable array, Runnable index) {
    value.run();
    array.run();
    index.run();
    ClassDesc elements = ScalarLanes.descriptor(type).arrayType();
    out.invokevirtual(vector(type), "intoArray", MethodTypeDesc.of(CD_void, elements, CD_int));
  }

  @Override
  public void step(CodeBuilder out, Step step, Operands operands) {
    if (step.opcode() == Opcode.SELECT) {
      select(out, step.type(), operands);
      return;
    }
    for (int i = 0; i < step.operands().size(); i++) {
      operands.load(i);
    }
    DType type = step.type();
    switch (step.opcode()) {
      case ADD -> method(out, type, "add", VECTOR);
      case SUBTRACT -> method(out, type, "sub", VECTOR);
      case MULTIPLY -> method(out, type, "mul", VECTOR);
      case DIVIDE -> method(out, type, "div", VECTOR);
      case FMA -> method(out, type, "fma", VECTOR, VECTOR);
      case NEGATE -> unary(out, type, "NEG");
      case ABSOLUTE -> unary(out, type, "ABS");
      case SQUARE_ROOT -> unary(out, type, "SQRT");
      case MAXIMUM -> extreme(out, type, "MAX");
      case MINIMUM -> extreme(out, type, "MIN");
      case UNSIGNED_MINIMUM -> extreme(out, type, "UMIN");
      case AND -> connect(out, type, "and");
      case OR -> connect(out, type, "or");
      case XOR -> connect(out, type, "xor");
      case NOT -> out.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
      case SHIFT_LEFT -> shift(out, step, "LSHL");
      case SHIFT_RIGHT -> shift(out, step, "ASHR");
      case EQUAL -> compare(out, operands.type(0), "EQ");
      case NOT_EQUAL -> compare(out, operands.type(0), "NE");
      case LESS -> compare(out, operands.type(0), "LT");
      case LESS_EQUAL -> compare(out, operands.type(0), "LE");
      case BITS -> reinterpret(out, operands.type(0), type, type == DType.INT32 ? "Ints" : "Longs");
      case FROM_BITS ->
          reinterpret(out, operands.type(0), type, type == DType.FLOAT32 ? "Floats" : "Doubles");
      default ->
          throw new IllegalArgumentException(
              "%s has no form for vectors.".formatted(step.opcode()));
    }
  }

  private static void method(CodeBuilder out, DType type, String name, ClassDesc... parameters) {
    out.invokevirtual(vector(type), name, MethodTypeDesc.of(vector(type), parameters));
  }

  private static void unary(CodeBuilder out, DType type, String operator) {
    out.getstatic(OPERATORS, operator, UNARY);
    method(out, type, "lanewise", UNARY);
  }

  private static void extreme(CodeBuilder out, DType type, String operator) {
    // The operator goes between the operands.
    out.getstatic(OPERATORS, operator, ASSOCIATIVE);
    out.swap();
    method(out, type, "lanewise", BINARY, VECTOR);
  }

  private static void connect(CodeBuilder out, DType type, String name) {
    method(out, type, name, type == DType.BOOL ? MASK : VECTOR);
  }

  private static void shift(CodeBuilder out, Step step, String operator) {
    out.getstatic(OPERATORS, operator, BINARY);
    ScalarLanes.constant(out, step.type(), step.immediate());
    method(out, step.type(), "lanewise", BINARY, ScalarLanes.descriptor(step.type()));
  }

  private static void compare(CodeBuilder out, DType type, String operator) {
    out.getstatic(OPERATORS, operator, COMPARISON);
    out.swap();
    out.invokevirtual(vector(type), "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
  }

  private static void reinterpret(CodeBuilder out, DType from, DType to, String name) {
    out.invokevirtual(vector(from), "reinterpretAs" + name, MethodTypeDesc.of(vector(to)));
  }

  private static void select(CodeBuilder out, DType type, Operands operands) {
    if (type == DType.BOOL) {
      operands.load(1);
      operands.load(0);
      connect(out, type, "and");
      operands.load(2);
      operands.load(0);
      connect(out, type, "andNot");
      connect(out, type, "or");
    } else {
      operands.load(2);
      operands.load(1);
      operands.load(0);
      method(out, type, "blend", VECTOR, MASK);
    }
  }

  @Override
  public void combine(CodeBuilder out, Fold fold, DType type) {
    switch (fold) {
      case SUM -> method(out, type, "add", VECTOR);
      case PRODUCT -> method(out, type, "mul", VECTOR);
      case MAX -> extreme(out, type, "MAX");
      case MIN -> extreme(out, type, "MIN");
      default -> throw new IllegalArgumentException(fold + " has no form for vectors.");
    }
  }

  /** Whether vectors of {@code floating} and what goes with them can compute a step of a nest. */
  static boolean computes(Nest nest, Step step, DType floating) {
    boolean fits = fits(step.type(), floating);
    for (int operand : step.operands()) {
      fits &= fits(nest.steps().get(operand).type(), floating);
    }
    DType type = step.type();
    return fits
        && switch (step.opcode()) {
          case LOAD -> type != Code.integerOf(floating) && isUnit(nest, step);
          case EQUAL, NOT_EQUAL, LESS, LESS_EQUAL ->
              nest.steps().get(step.operands().getFirst()).type() == floating;
          case SELECT -> type != Code.integerOf(floating);
          case MULTIPLY, DIVIDE, FMA, NEGATE, ABSOLUTE, SQUARE_ROOT, MAXIMUM -> type == floating;
          case MINIMUM, UNSIGNED_MINIMUM -> type != DType.BOOL;
          case CONVERT, GATHER, POWER, MODULO, QUOTIENT, SINE, COSINE -> false;
          default -> true;
        };
  }

  private static boolean isUnit(Nest nest, Step load) {
    Nest.Source source = nest.accesses().get((int) load.immediate());
    return source.motion() == Nest.Motion.UNIT && source.place() != Nest.Place.COUNTER;
  }

  private static boolean fits(DType type, DType floating) {
    return type == floating || type == DType.BOOL || type == Code.integerOf(floating);
  }
}
