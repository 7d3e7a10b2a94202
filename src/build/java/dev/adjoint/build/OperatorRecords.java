package dev.adjoint.build;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The public records that are operators, and those that are their attributes. Attributes of other
 * packages are left out: those of rooms above may know nothing of graphs.
 *
 * @param classFile reads classes
 * @param classes all that may be operators or attributes, by name
 */
record OperatorRecords(ClassFile classFile, Map<ClassDesc, byte[]> classes) {
  private static final ClassDesc OPERATOR = ClassDesc.of("dev.adjoint.graph.Op");
  private static final Pattern CLASS = Pattern.compile("L([^;<]+)");

  /** Meets each once. */
  void forEach(Consumer<ClassModel> action) {
    Map<String, ClassModel> models = new TreeMap<>();
    classes.forEach(
        (type, bytes) -> models.put(LinkCallSites.internalName(type), classFile.parse(bytes)));
    Map<ClassDesc, ClassModel> found = new LinkedHashMap<>();
    Deque<ClassModel> open = new ArrayDeque<>();
    models.values().stream().filter(type -> isOperator(type, models)).forEach(open::add);
    while (!open.isEmpty()) {
      ClassModel type = open.remove();
      if (isPublicRecord(type) && found.putIfAbsent(type.thisClass().asSymbol(), type) == null) {
        type.findAttribute(Attributes.record()).orElseThrow().components().stream()
            .flatMap(component -> CLASS.matcher(typeOf(component)).results())
            .map(match -> match.group(1))
            .filter(models::containsKey)
            .map(models::get)
            .filter(part -> packageOf(part).equals(packageOf(type)))
            .forEach(open::add);
      }
    }
    found.values().forEach(action);
  }

  private static boolean isPublicRecord(ClassModel type) {
    return type.flags().has(AccessFlag.PUBLIC)
        && type.findAttribute(Attributes.record()).isPresent();
  }

  private static String packageOf(ClassModel type) {
    return type.thisClass().asSymbol().packageName();
  }

  private static String typeOf(RecordComponentInfo component) {
    return component
        .findAttribute(Attributes.signature())
        .map(attribute -> attribute.signature().stringValue())
        .orElse(component.descriptor().stringValue());
  }

  private boolean isOperator(ClassModel type, Map<String, ClassModel> models) {
    return type.interfaces().stream()
        .anyMatch(of ->
            of.asSymbol().equals(OPERATOR)
                || models.containsKey(of.asInternalName())
                    && isOperator(models.get(of.asInternalName()), models));
  }
}
