package dev.adjoint.build;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.util.List;

/** A switch over types, as {@link java.lang.runtime.SwitchBootstraps#typeSwitch} defines it. */
final class TypeSwitch {
  private TypeSwitch() {}

  /** Whether all cases are classes: no constants among them. */
  static boolean isPlain(InvokeDynamicInstruction site) {
    return site.bootstrapArgs().stream().allMatch(ClassDesc.class::isInstance);
  }

  /**
   * The number of the first case, from a given one on, that an object is of; -1 for null, and the
   * number of cases if there is none.
   */
  static void write(CodeBuilder code, InvokeDynamicInstruction site) {
    List<ConstantDesc> cases = site.bootstrapArgs();
    Label present = code.newLabel();
    code.aload(0).ifnonnull(present).iconst_m1().ireturn().labelBinding(present);
    for (int i = 0; i < cases.size(); i++) {
      Label next = code.newLabel();
      code.iload(1).loadConstant(i).if_icmpgt(next);
      code.aload(0).instanceOf((ClassDesc) cases.get(i)).ifeq(next);
      code.loadConstant(i).ireturn().labelBinding(next);
    }
    code.loadConstant(cases.size()).ireturn();
  }
}
