package dev.adjoint.kernel.loop;

import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;

import dev.adjoint.tensor.DType;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Collections;

/** One element, in Java's own arithmetic. */
final class ScalarLanes implements Lanes {
  private static final ClassDesc MATH = Math.class.describeConstable().orElseThrow();
  private static final ClassDesc SCALAR_MATH = ScalarMath.class.describeConstable().orElseThrow();
  private static final ClassDesc FLOAT = Float.class.describeConstable().orElseThrow();
  private static final ClassDesc DOUBLE = Double.class.describeConstable().orElseThrow();

  @Override
  public int count() {
    return 1;
  }

  static TypeKind kind(DType type) {
    return switch (type) {
      case FLOAT32 -> TypeKind.FLOAT;
      case FLOAT64 -> TypeKind.DOUBLE;
      case INT32 -> TypeKind.INT;
      case INT64 -> TypeKind.LONG;
      case BOOL -> TypeKind.BOOLEAN;
    };
  }

  static ClassDesc descriptor(DType type) {
    return kind(type).upperBound();
  }

  @Override
  public int save(CodeBuilder out, DType type) {
    int local = out.allocateLocal(kind(type).asLoadable());
    save(out, type, local);
    return local;
  }

  @Override
  public void save(CodeBuilder out, DType type, int local) {
    out.storeLocal(kind(type).asLoadable(), local);
  }

  @Override
  public void restore(CodeBuilder out, DType type, int local) {
    out.loadLocal(kind(type).asLoadable(), local);
  }

  @Override
  public void load(CodeBuilder out, DType type, Runnable array, Runnable index) {
    array.run();
    index.run();
    out.arrayLoad(kind(type));
  }

  @Override
  public void store(CodeBuilder out, DType type, Runnable value, Runnable array, Runnable index) {
    array.run();
    index.run();
    value.run();
    out.arrayStore(kind(type));
  }

  /** Loads a number that is known when the code is made. */
  static void constant(CodeBuilder out, DType type, long bits) {
    switch (type) {
      case FLOAT32 -> out.loadConstant((float) Double.longBitsToDouble(bits));
      case FLOAT64 -> out.loadConstant(Double.longBitsToDouble(bits));
      case INT32, BOOL -> out.loadConstant((int) bits);
      case INT64 -> out.loadConstant(bits);
    }
  }

  /** Turns the bits on the stack, a long, into the number. */
  static void decode(CodeBuilder out, DType type) {
    switch (type) {
      case FLOAT32 -> {
        out.invokestatic(DOUBLE, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
        out.d2f();
      }
      case FLOAT64 ->
          out.invokestatic(DOUBLE, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
      case INT32, BOOL -> out.l2i();
      case INT64 -> {}
    }
  }

  @Override
  public void step(CodeBuilder out, Step step, Operands operands) {
    if (step.opcode() == Opcode.SELECT) {
      select(out, operands);
      return;
    }
    for (int i = 0; i < step.operands().size(); i++) {
      operands.load(i);
    }
    DType type = step.type();
    switch (step.opcode()) {
      case CONSTANT -> constant(out, type, step.immediate());
      case NEGATE -> negate(out, type);
      case FMA -> math(out, "fma", type, 3);
      case ABSOLUTE -> math(out, "abs", type, 1);
      case MAXIMUM -> math(out, "max", type, 2);
      case MINIMUM -> math(out, "min", type, 2);
      case UNSIGNED_MINIMUM -> function(out, "unsignedMinimum", type, 2);
      case SQUARE_ROOT -> squareRoot(out, type);
      case NOT -> {
        out.iconst_1();
        out.ixor();
      }
      case SHIFT_LEFT, SHIFT_RIGHT -> {
        out.loadConstant((int) step.immediate());
        binary(out, step.opcode(), type);
      }
      case EQUAL, NOT_EQUAL, LESS, LESS_EQUAL -> compare(out, step.opcode(), operands.type(0));
      case BITS -> bits(out, type);
      case FROM_BITS -> fromBits(out, type);
      case CONVERT -> convert(out, operands.type(0), type);
      case POWER -> function(out, "power", type, 2);
      case MODULO -> function(out, "modulo", type, 2);
      case QUOTIENT -> function(out, "quotient", type, 2);
      case SINE -> function(out, "sine", type, 1);
      case COSINE -> function(out, "cosine", type, 1);
      default -> binary(out, step.opcode(), type);
    }
  }

  private static void math(CodeBuilder out, String name, DType type, int operands) {
    out.invokestatic(MATH, name, function(type, operands));
  }

  private static void function(CodeBuilder out, String name, DType type, int operands) {
    out.invokestatic(SCALAR_MATH, name, function(type, operands));
  }

  private static MethodTypeDesc function(DType type, int operands) {
    ClassDesc number = descriptor(type);
    return MethodTypeDesc.of(number, Collections.nCopies(operands, number));
  }

  private static void squareRoot(CodeBuilder out, DType type) {
    // By way of double the result is rounded as if once.
    convert(out, type, DType.FLOAT64);
    math(out, "sqrt", DType.FLOAT64, 1);
    convert(out, DType.FLOAT64, type);
  }

  private static void negate(CodeBuilder out, DType type) {
    switch (type) {
      case FLOAT32 -> out.fneg();
      case FLOAT64 -> out.dneg();
      case INT32, BOOL -> out.ineg();
      case INT64 -> out.lneg();
    }
  }

  private static void bits(CodeBuilder out, DType integer) {
    if (integer == DType.INT32) {
      out.invokestatic(FLOAT, "floatToRawIntBits", MethodTypeDesc.of(CD_int, CD_float));
    } else {
      out.invokestatic(DOUBLE, "doubleToRawLongBits", MethodTypeDesc.of(CD_long, CD_double));
    }
  }

  private static void fromBits(CodeBuilder out, DType floating) {
    if (floating == DType.FLOAT32) {
      out.invokestatic(FLOAT, "intBitsToFloat", MethodTypeDesc.of(CD_float, CD_int));
    } else {
      out.invokestatic(DOUBLE, "longBitsToDouble", MethodTypeDesc.of(CD_double, CD_long));
    }
  }

  static void convert(CodeBuilder out, DType from, DType to) {
    out.conversion(kind(from), kind(to));
  }

  private static void select(CodeBuilder out, Operands operands) {
    Label otherwise = out.newLabel();
    Label end = out.newLabel();
    operands.load(0);
    out.ifeq(otherwise);
    operands.load(1);
    out.goto_(end);
    out.labelBinding(otherwise);
    operands.load(2);
    out.labelBinding(end);
  }

  private static void compare(CodeBuilder out, Opcode opcode, DType type) {
    boolean ordering = opcode == Opcode.LESS || opcode == Opcode.LESS_EQUAL;
    switch (type) {
      // The variant that makes every comparison with NaN false, but for "not equal".
      case FLOAT32 -> {
        if (ordering) {
          out.fcmpg();
        } else {
          out.fcmpl();
        }
      }
      case FLOAT64 -> {
        if (ordering) {
          out.dcmpg();
        } else {
          out.dcmpl();
        }
      }
      case INT64 -> out.lcmp();
      case INT32, BOOL ->
          out.invokestatic(
              Integer.class.describeConstable().orElseThrow(),
              "compare",
              MethodTypeDesc.of(CD_int, CD_int, CD_int));
    }
    Label holds = out.newLabel();
    Label end = out.newLabel();
    switch (opcode) {
      case EQUAL -> out.ifeq(holds);
      case NOT_EQUAL -> out.ifne(holds);
      case LESS -> out.iflt(holds);
      default -> out.ifle(holds);
    }
    out.iconst_0();
    out.goto_(end);
    out.labelBinding(holds);
    out.iconst_1();
    out.labelBinding(end);
  }

  @Override
  public void combine(CodeBuilder out, Fold fold, DType type) {
    switch (fold) {
      case SUM -> binary(out, Opcode.ADD, type);
      case PRODUCT -> binary(out, Opcode.MULTIPLY, type);
      case MAX -> math(out, "max", type, 2);
      case MIN -> math(out, "min", type, 2);
      case ANY -> out.ior();
      case ALL -> out.iand();
      case ARGMAX, ARGMIN -> throw new IllegalArgumentException(fold + " keeps two values.");
    }
  }

  private static void binary(CodeBuilder out, Opcode opcode, DType type) {
    switch (type) {
      case FLOAT32 -> {
        switch (opcode) {
          case ADD -> out.fadd();
          case SUBTRACT -> out.fsub();
          case MULTIPLY -> out.fmul();
          case DIVIDE -> out.fdiv();
          default -> throw undefined(opcode, type);
        }
      }
      case FLOAT64 -> {
        switch (opcode) {
          case ADD -> out.dadd();
          case SUBTRACT -> out.dsub();
          case MULTIPLY -> out.dmul();
          case DIVIDE -> out.ddiv();
          default -> throw undefined(opcode, type);
        }
      }
      case INT32, BOOL -> {
        switch (opcode) {
          case ADD -> out.iadd();
          case SUBTRACT -> out.isub();
          case MULTIPLY -> out.imul();
          case AND -> out.iand();
          case OR -> out.ior();
          case XOR -> out.ixor();
          case SHIFT_LEFT -> out.ishl();
          case SHIFT_RIGHT -> out.ishr();
          default -> throw undefined(opcode, type);
        }
      }
      case INT64 -> {
        switch (opcode) {
          case ADD -> out.ladd();
          case SUBTRACT -> out.lsub();
          case MULTIPLY -> out.lmul();
          case AND -> out.land();
          case OR -> out.lor();
          case XOR -> out.lxor();
          case SHIFT_LEFT -> out.lshl();
          case SHIFT_RIGHT -> out.lshr();
          default -> throw undefined(opcode, type);
        }
      }
    }
  }

  private static IllegalArgumentException undefined(Opcode opcode, DType type) {
    return new IllegalArgumentException("%s of %s is not defined.".formatted(opcode, type));
  }
}
