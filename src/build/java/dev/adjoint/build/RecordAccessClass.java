package dev.adjoint.build;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The class beside a record that reads its components, makes it of their values and knows their
 * defaults: {@code dev.adjoint.graph.RecordAccess}, without reflection. It is of the record's nest,
 * which javac writes anew with the record: one that is older is not of it.
 *
 * @param owner the record
 * @param nestHost the class whose nest it is of
 * @param components in order
 */
record RecordAccessClass(
    ClassDesc owner, ClassDesc nestHost, List<RecordComponentInfo> components) {
  private static final int FLAGS =
      ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL | ClassFile.ACC_SUPER | ClassFile.ACC_SYNTHETIC;
  private static final String SUFFIX = "$$Access";
  private static final ClassDesc INTERFACE = ClassDesc.of("dev.adjoint.graph.RecordAccess");
  private static final ClassDesc DEFAULT = ClassDesc.of("dev.adjoint.graph.Default");
  private static final ClassDesc OPTIONAL = ClassDesc.of(Optional.class.getName());
  private static final ClassDesc RECORD = ClassDesc.of(Record.class.getName());

  static RecordAccessClass of(ClassModel type) {
    return new RecordAccessClass(
        type.thisClass().asSymbol(),
        LinkCallSites.nestHost(type),
        type.findAttribute(Attributes.record()).orElseThrow().components());
  }

  /** Whether a class is one of these. */
  static boolean isOne(ClassDesc type) {
    return type.displayName().endsWith(SUFFIX);
  }

  ClassDesc type() {
    return ClassDesc.ofInternalName(LinkCallSites.internalName(owner) + SUFFIX);
  }

  byte[] write(ClassFile classFile) {
    return classFile.build(
        type(),
        made ->
            made.withFlags(FLAGS)
                .withInterfaceSymbols(INTERFACE)
                .with(NestHostAttribute.of(nestHost))
                .withMethodBody(
                    INIT_NAME, MTD_void, ClassFile.ACC_PUBLIC, RecordAccessClass::writeInit)
                .withMethodBody(
                    "read",
                    MethodTypeDesc.of(CD_Object, RECORD, CD_int),
                    ClassFile.ACC_PUBLIC,
                    this::writeRead)
                .withMethodBody(
                    "create",
                    MethodTypeDesc.of(RECORD, CD_Object.arrayType()),
                    ClassFile.ACC_PUBLIC,
                    this::writeCreate)
                .withMethodBody(
                    "defaultOf",
                    MethodTypeDesc.of(OPTIONAL, CD_int),
                    ClassFile.ACC_PUBLIC,
                    this::writeDefaultOf));
  }

  private static void writeInit(CodeBuilder code) {
    code.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_();
  }

  private void writeRead(CodeBuilder code) {
    code.aload(1).checkcast(owner);
    code.iload(2);
    forEach(
        code,
        component -> {
          ClassDesc type = component.descriptorSymbol();
          code.invokevirtual(owner, component.name().stringValue(), MethodTypeDesc.of(type));
          Boxes.convert(code, type, type, CD_Object);
        });
  }

  private void writeCreate(CodeBuilder code) {
    List<ClassDesc> types = components.stream().map(RecordComponentInfo::descriptorSymbol).toList();
    code.new_(owner).dup();
    for (int i = 0; i < types.size(); i++) {
      code.aload(1).loadConstant(i).aaload();
      Boxes.convert(code, CD_Object, types.get(i), types.get(i));
    }
    code.invokespecial(owner, INIT_NAME, MethodTypeDesc.of(CD_void, types)).areturn();
  }

  private void writeDefaultOf(CodeBuilder code) {
    code.iload(1);
    forEach(
        code,
        component ->
            defaultOf(component)
                .ifPresentOrElse(
                    text ->
                        code.loadConstant(text)
                            .invokestatic(OPTIONAL, "of", MethodTypeDesc.of(OPTIONAL, CD_Object)),
                    () -> code.invokestatic(OPTIONAL, "empty", MethodTypeDesc.of(OPTIONAL))));
  }

  private static Optional<String> defaultOf(RecordComponentInfo component) {
    return component.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
        .flatMap(attribute -> attribute.annotations().stream())
        .filter(annotation -> annotation.classSymbol().equals(DEFAULT))
        .map(annotation -> annotation.elements().getFirst().value())
        .map(value -> ((AnnotationValue.OfString) value).stringValue())
        .findFirst();
  }

  /** Returns what {@code each} leaves of the component whose number is on the stack. */
  private void forEach(CodeBuilder code, Consumer<RecordComponentInfo> each) {
    Label none = code.newLabel();
    List<SwitchCase> cases = new ArrayList<>();
    components.forEach(_ -> cases.add(SwitchCase.of(cases.size(), code.newLabel())));
    // The JDK's generator does not end with a switch of no cases.
    if (!cases.isEmpty()) {
      code.tableswitch(none, cases);
    }
    for (int i = 0; i < components.size(); i++) {
      code.labelBinding(cases.get(i).target());
      each.accept(components.get(i));
      code.areturn();
    }
    ClassDesc exception = ClassDesc.of(IndexOutOfBoundsException.class.getName());
    code.labelBinding(none).new_(exception).dup();
    code.invokespecial(exception, INIT_NAME, MTD_void).athrow();
  }
}
