package dev.adjoint.build;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;

/**
 * The class of a lambda or a method reference, as {@link java.lang.invoke.LambdaMetafactory} makes
 * it: one object if nothing is captured, else one for each evaluation.
 *
 * @param type its name
 * @param method the interface's
 * @param captured from what is captured to the interface
 * @param erased the type of the interface's method
 * @param given the same as the lambda knows it, with its type arguments
 * @param body what is called
 */
record LambdaClass(
    ClassDesc type,
    String method,
    MethodTypeDesc captured,
    MethodTypeDesc erased,
    MethodTypeDesc given,
    DirectMethodHandleDesc body) {
  private static final String INSTANCE = "INSTANCE";
  private static final String FACTORY = "of";
  private static final String INFIX = "$$Lambda$";
  private static final String JAVAC = "lambda$";
  private static final String LINKED = "linked$";

  /** Of a call site, the {@code number}-th of its class. */
  static LambdaClass of(ClassDesc owner, int number, InvokeDynamicInstruction site) {
    return new LambdaClass(
        ClassDesc.ofInternalName(LinkCallSites.internalName(owner) + INFIX + number),
        site.name().stringValue(),
        site.typeSymbol(),
        (MethodTypeDesc) site.bootstrapArgs().get(0),
        (MethodTypeDesc) site.bootstrapArgs().get(2),
        (DirectMethodHandleDesc) site.bootstrapArgs().get(1));
  }

  /** Whether a class is one of these. */
  static boolean isOne(ClassDesc type) {
    return type.descriptorString().contains(INFIX);
  }

  /** Whether a method is the body of a lambda, as javac names it. */
  static boolean isBody(MethodModel method) {
    return method.methodName().stringValue().startsWith(JAVAC);
  }

  /** What a method is called after linking. */
  static String nameOfBody(String name) {
    return name.startsWith(JAVAC) ? LINKED + name.substring(JAVAC.length()) : name;
  }

  /** Makes the lambda of what it captures, which is on the stack. */
  void make(CodeBuilder code) {
    if (capturesNothing()) {
      code.getstatic(type, INSTANCE, captured.returnType());
    } else {
      code.invokestatic(type, FACTORY, captured);
    }
  }

  private boolean capturesNothing() {
    return captured.parameterCount() == 0;
  }

  byte[] bytes(ClassFile classFile, ClassDesc nestHost) {
    return classFile.build(
        type,
        lambda -> {
          lambda
              .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC)
              .withInterfaceSymbols(captured.returnType())
              .with(NestHostAttribute.of(nestHost));
          for (int i = 0; i < captured.parameterCount(); i++) {
            lambda.withField(
                field(i), captured.parameterType(i), ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
          }
          lambda.withMethodBody(
              INIT_NAME, constructor(), ClassFile.ACC_PRIVATE, this::writeConstructor);
          if (capturesNothing()) {
            addInstance(lambda);
          } else {
            lambda.withMethodBody(FACTORY, captured, ClassFile.ACC_STATIC, this::writeFactory);
          }
          lambda.withMethodBody(method, erased, ClassFile.ACC_PUBLIC, this::writeMethod);
        });
  }

  private static String field(int captured) {
    return "captured" + captured;
  }

  private MethodTypeDesc constructor() {
    return captured.changeReturnType(CD_void);
  }

  private void writeConstructor(CodeBuilder code) {
    code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void);
    for (int i = 0; i < captured.parameterCount(); i++) {
      ClassDesc value = captured.parameterType(i);
      code.aload(0).loadLocal(TypeKind.from(value), code.parameterSlot(i));
      code.putfield(type, field(i), value);
    }
    code.return_();
  }

  private void addInstance(ClassBuilder lambda) {
    lambda.withField(INSTANCE, captured.returnType(), ClassFile.ACC_STATIC | ClassFile.ACC_FINAL);
    lambda.withMethodBody(
        CLASS_INIT_NAME,
        MTD_void,
        ClassFile.ACC_STATIC,
        code -> {
          code.new_(type).dup().invokespecial(type, INIT_NAME, MTD_void);
          code.putstatic(type, INSTANCE, captured.returnType()).return_();
        });
  }

  private void writeFactory(CodeBuilder code) {
    code.new_(type).dup();
    for (int i = 0; i < captured.parameterCount(); i++) {
      code.loadLocal(TypeKind.from(captured.parameterType(i)), code.parameterSlot(i));
    }
    code.invokespecial(type, INIT_NAME, constructor()).areturn();
  }

  /** Calls the body with what was captured, then with what is given. */
  private void writeMethod(CodeBuilder code) {
    // With a receiver as the first parameter, and what is made as the result.
    MethodTypeDesc taken = body.invocationType();
    if (body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
      code.new_(body.owner()).dup();
    }
    int parameter = 0;
    for (int i = 0; i < captured.parameterCount(); i++) {
      ClassDesc value = captured.parameterType(i);
      code.aload(0).getfield(type, field(i), value);
      Boxes.convert(code, value, value, taken.parameterType(parameter++));
    }
    for (int i = 0; i < erased.parameterCount(); i++) {
      ClassDesc value = erased.parameterType(i);
      code.loadLocal(TypeKind.from(value), code.parameterSlot(i));
      Boxes.convert(code, value, given.parameterType(i), taken.parameterType(parameter++));
    }
    callBody(code, taken);
    ClassDesc made = taken.returnType();
    if (!erased.returnType().equals(CD_void)) {
      ClassDesc known = made.isPrimitive() ? given.returnType() : made;
      Boxes.convert(code, made, known, erased.returnType());
    }
    // What else is on the stack goes with the frame.
    code.return_(TypeKind.from(erased.returnType()));
  }

  private void callBody(CodeBuilder code, MethodTypeDesc taken) {
    ClassDesc owner = body.owner();
    String name = nameOfBody(body.methodName());
    switch (body.kind()) {
      case STATIC, INTERFACE_STATIC ->
          code.invokestatic(owner, name, taken, body.isOwnerInterface());
      case CONSTRUCTOR -> code.invokespecial(owner, INIT_NAME, taken.changeReturnType(CD_void));
      case VIRTUAL, SPECIAL -> code.invokevirtual(owner, name, taken.dropParameterTypes(0, 1));
      case INTERFACE_VIRTUAL, INTERFACE_SPECIAL ->
          code.invokeinterface(owner, name, taken.dropParameterTypes(0, 1));
      default -> throw new IllegalArgumentException("A lambda that calls " + body);
    }
  }
}
