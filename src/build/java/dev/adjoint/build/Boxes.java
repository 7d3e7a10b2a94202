package dev.adjoint.build;

import static java.lang.constant.ConstantDescs.CD_Object;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Map;
import java.util.Optional;

/** Primitive types, the classes that box them, and conversions among them. */
final class Boxes {
  private static final Map<ClassDesc, ClassDesc> BOXES =
      Map.of(
          ConstantDescs.CD_boolean, ConstantDescs.CD_Boolean,
          ConstantDescs.CD_byte, ConstantDescs.CD_Byte,
          ConstantDescs.CD_char, ConstantDescs.CD_Character,
          ConstantDescs.CD_short, ConstantDescs.CD_Short,
          ConstantDescs.CD_int, ConstantDescs.CD_Integer,
          ConstantDescs.CD_long, ConstantDescs.CD_Long,
          ConstantDescs.CD_float, ConstantDescs.CD_Float,
          ConstantDescs.CD_double, ConstantDescs.CD_Double);

  private Boxes() {}

  static ClassDesc boxOf(ClassDesc primitive) {
    return BOXES.get(primitive);
  }

  static Optional<ClassDesc> primitiveOf(ClassDesc type) {
    return BOXES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(type))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Converts what is on the stack, as {@link java.lang.invoke.LambdaMetafactory} allows it.
   *
   * @param is its type by the verifier
   * @param known the type that it is known to have: {@code is}, or what generics say
   * @param wanted the type that it gets
   */
  static void convert(CodeBuilder code, ClassDesc is, ClassDesc known, ClassDesc wanted) {
    if (is.isPrimitive() && wanted.isPrimitive()) {
      widen(code, is, wanted);
    } else if (is.isPrimitive()) {
      ClassDesc primitive = primitiveOf(wanted).orElse(primitiveOf(known).orElse(is));
      widen(code, is, primitive);
      ClassDesc box = boxOf(primitive);
      code.invokestatic(box, "valueOf", MethodTypeDesc.of(box, primitive));
    } else if (wanted.isPrimitive()) {
      ClassDesc primitive = primitiveOf(known).orElse(wanted);
      ClassDesc box = boxOf(primitive);
      cast(code, is, box);
      code.invokevirtual(box, primitive.displayName() + "Value", MethodTypeDesc.of(primitive));
      widen(code, primitive, wanted);
    } else {
      cast(code, is, wanted);
    }
  }

  private static void widen(CodeBuilder code, ClassDesc from, ClassDesc to) {
    TypeKind narrow = TypeKind.from(from).asLoadable();
    TypeKind wide = TypeKind.from(to).asLoadable();
    if (narrow != wide) {
      code.conversion(narrow, wide);
    }
  }

  private static void cast(CodeBuilder code, ClassDesc from, ClassDesc to) {
    if (!to.equals(from) && !to.equals(CD_Object)) {
      code.checkcast(to);
    }
  }
}
