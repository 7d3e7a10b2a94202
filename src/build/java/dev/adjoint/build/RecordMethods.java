package dev.adjoint.build;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.Objects;

/** Methods of records, as {@link java.lang.runtime.ObjectMethods} makes them. */
final class RecordMethods {
  private static final ClassDesc OBJECTS = Objects.class.describeConstable().orElseThrow();

  private RecordMethods() {}

  static void writeEquals(CodeBuilder code, ClassDesc owner, InvokeDynamicInstruction site) {
    Label same = code.newLabel();
    Label other = code.newLabel();
    code.aload(0).aload(1).if_acmpeq(same);
    code.aload(1).instanceOf(owner).ifeq(other);
    code.aload(1).checkcast(owner).astore(2);
    for (DirectMethodHandleDesc component : components(site)) {
      ClassDesc type = component.invocationType().returnType();
      code.aload(0).getfield(owner, component.methodName(), type);
      code.aload(2).getfield(owner, component.methodName(), type);
      switch (TypeKind.from(type)) {
        case REFERENCE -> {
          MethodTypeDesc equals = MethodTypeDesc.of(CD_boolean, CD_Object, CD_Object);
          code.invokestatic(OBJECTS, "equals", equals).ifeq(other);
        }
        case LONG -> code.lcmp().ifne(other);
        case FLOAT, DOUBLE -> {
          MethodTypeDesc compare = MethodTypeDesc.of(CD_int, type, type);
          code.invokestatic(Boxes.boxOf(type), "compare", compare).ifne(other);
        }
        default -> code.if_icmpne(other);
      }
    }
    code.labelBinding(same).iconst_1().ireturn();
    code.labelBinding(other).iconst_0().ireturn();
  }

  static void writeHash(CodeBuilder code, ClassDesc owner, InvokeDynamicInstruction site) {
    code.iconst_0();
    for (DirectMethodHandleDesc component : components(site)) {
      ClassDesc type = component.invocationType().returnType();
      code.bipush(31).imul().aload(0).getfield(owner, component.methodName(), type);
      if (type.isPrimitive()) {
        code.invokestatic(Boxes.boxOf(type), "hashCode", MethodTypeDesc.of(CD_int, type));
      } else {
        code.invokestatic(OBJECTS, "hashCode", MethodTypeDesc.of(CD_int, CD_Object));
      }
      code.iadd();
    }
    code.ireturn();
  }

  /** Handles that read the components; before them stand the class and the names. */
  private static List<DirectMethodHandleDesc> components(InvokeDynamicInstruction site) {
    return site.bootstrapArgs().stream().skip(2).map(DirectMethodHandleDesc.class::cast).toList();
  }
}
