package dev.adjoint.build;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The call sites of one class, each replaced by a plain instruction as it is met. */
final class CallSites implements CodeTransform {
  private final ClassFile classFile;
  private final ClassDesc owner;
  private final boolean ownerIsInterface;
  private final ClassDesc nestHost;
  private final Map<ClassDesc, byte[]> lambdas = new LinkedHashMap<>();
  private final Map<String, Method> methods = new LinkedHashMap<>();

  /** A static method of the owner, which does what a call site did. */
  private record Method(MethodTypeDesc type, Consumer<CodeBuilder> body) {}

  CallSites(ClassFile classFile, ClassModel model) {
    this.classFile = classFile;
    this.owner = model.thisClass().asSymbol();
    this.ownerIsInterface = model.flags().has(AccessFlag.INTERFACE);
    this.nestHost = LinkCallSites.nestHost(model);
  }

  /** Whether a method has such call sites. */
  static boolean isIn(MethodModel method) {
    return method.code().stream()
        .flatMap(code -> code.elementStream())
        .anyMatch(element -> kind(element) != Kind.OTHER);
  }

  private enum Kind {
    LAMBDA,
    TYPE_SWITCH,
    RECORD_EQUALS,
    RECORD_HASH,
    OTHER
  }

  private static Kind kind(CodeElement element) {
    if (!(element instanceof InvokeDynamicInstruction site)) {
      return Kind.OTHER;
    }
    var bootstrap = site.bootstrapMethod();
    return switch (bootstrap.owner().displayName() + "." + bootstrap.methodName()) {
      case "LambdaMetafactory.metafactory" -> Kind.LAMBDA;
      case "LambdaMetafactory.altMetafactory" ->
          throw new IllegalArgumentException(
              "A lambda that is serializable or of several interfaces is not linked: " + site);
      case "SwitchBootstraps.typeSwitch" ->
          TypeSwitch.isPlain(site) ? Kind.TYPE_SWITCH : Kind.OTHER;
      case "ObjectMethods.bootstrap" ->
          switch (site.name().stringValue()) {
            case "equals" -> Kind.RECORD_EQUALS;
            case "hashCode" -> Kind.RECORD_HASH;
            // Rarely called, and long.
            default -> Kind.OTHER;
          };
      default -> Kind.OTHER;
    };
  }

  @Override
  public void accept(CodeBuilder code, CodeElement element) {
    Kind kind = kind(element);
    if (kind == Kind.OTHER) {
      code.with(element);
      return;
    }
    InvokeDynamicInstruction site = (InvokeDynamicInstruction) element;
    switch (kind) {
      case LAMBDA -> {
        LambdaClass lambda = LambdaClass.of(owner, lambdas.size(), site);
        lambdas.put(lambda.type(), lambda.bytes(classFile, nestHost));
        lambda.make(code);
      }
      case TYPE_SWITCH -> call(code, site, body -> TypeSwitch.write(body, site));
      case RECORD_EQUALS -> call(code, site, body -> RecordMethods.writeEquals(body, owner, site));
      case RECORD_HASH -> call(code, site, body -> RecordMethods.writeHash(body, owner, site));
      case OTHER -> throw new AssertionError();
    }
  }

  private void call(CodeBuilder code, InvokeDynamicInstruction site, Consumer<CodeBuilder> body) {
    String name = site.name().stringValue() + "$" + methods.size();
    methods.put(name, new Method(site.typeSymbol(), body));
    code.invokestatic(owner, name, site.typeSymbol(), ownerIsInterface);
  }

  /** Adds the methods that the instructions call. */
  void addMethods(ClassBuilder type) {
    int flags = ClassFile.ACC_PRIVATE | ClassFile.ACC_STATIC;
    methods.forEach(
        (name, method) -> type.withMethodBody(name, method.type(), flags, method.body()));
  }

  /** Whether the class had no such call site. */
  boolean areNone() {
    return lambdas.isEmpty() && methods.isEmpty();
  }

  /** The classes that the instructions use, with their bytes. */
  Map<ClassDesc, byte[]> lambdas() {
    return lambdas;
  }

  /** The class whose nest these classes belong to. */
  ClassDesc nestHost() {
    return nestHost;
  }
}
