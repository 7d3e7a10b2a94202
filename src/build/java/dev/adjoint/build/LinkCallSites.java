package dev.adjoint.build;

import java.io.File;
import java.io.IOException;
import java.lang.classfile.AccessFlags;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Links the call sites of compiled classes once, in the build. The JVM links them at every start,
 * by classes that it spins then: a lambda becomes a class of its own here, a switch over types a
 * chain of tests, equals and hashCode of a record plain code. Each does what the JVM's would have
 * done. Beside the records of operators it writes classes that read and make them. What is linked
 * already stays as it is, so that it may run again; so does what is compiled for an older Java, as
 * the launcher is.
 */
final class LinkCallSites {
  private final ClassFile classFile;
  private final Map<ClassDesc, byte[]> classes = new HashMap<>();
  private final Map<ClassDesc, byte[]> changed = new TreeMap<>(LinkCallSites::byName);
  private final Map<ClassDesc, List<ClassDesc>> newMembers = new TreeMap<>(LinkCallSites::byName);

  private LinkCallSites(ClassFile classFile) {
    this.classFile = classFile;
  }

  /**
   * Rewrites the classes of a folder.
   *
   * @param args the folder; the class path that its classes were compiled with
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    try (URLClassLoader classPath = classPath(folder + File.pathSeparator + args[1])) {
      ClassHierarchyResolver hierarchy =
          ClassHierarchyResolver.ofResourceParsing(classPath)
              .orElse(ClassHierarchyResolver.defaultResolver())
              .cached();
      new LinkCallSites(ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(hierarchy)))
          .link(folder);
    }
  }

  private static URLClassLoader classPath(String entries) throws IOException {
    List<URL> urls = new ArrayList<>();
    for (String entry : entries.split(File.pathSeparator)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new));
  }

  private void link(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.filter(LinkCallSites::isClass)::iterator) {
        byte[] bytes = Files.readAllBytes(file);
        ClassModel model = classFile.parse(bytes);
        if (model.majorVersion() == ClassFile.latestMajorVersion()) {
          classes.put(model.thisClass().asSymbol(), bytes);
        }
      }
    }
    classes.forEach(this::link);
    new OperatorRecords(classFile, classes).forEach(this::access);
    newMembers.forEach(this::extendNest);
    for (Map.Entry<ClassDesc, byte[]> entry : classes.entrySet()) {
      if (isLeftOver(entry.getKey(), entry.getValue())) {
        Files.delete(file(folder, entry.getKey()));
      }
    }
    for (Map.Entry<ClassDesc, byte[]> entry : changed.entrySet()) {
      Files.write(file(folder, entry.getKey()), entry.getValue());
    }
  }

  private static Path file(Path folder, ClassDesc type) {
    return folder.resolve(internalName(type) + ".class");
  }

  private void access(ClassModel record) {
    RecordAccessClass access = RecordAccessClass.of(record);
    byte[] bytes = access.write(classFile);
    if (!Arrays.equals(bytes, classes.get(access.type()))
        || !nestMembers(access.nestHost()).contains(access.type())) {
      changed.put(access.type(), bytes);
      newMembers.computeIfAbsent(access.nestHost(), _ -> new ArrayList<>()).add(access.type());
    }
  }

  /** Whether it was made of what is gone, or of what was compiled again and has none now. */
  private boolean isLeftOver(ClassDesc type, byte[] bytes) {
    boolean made = LambdaClass.isOne(type) || RecordAccessClass.isOne(type);
    if (!made || changed.containsKey(type)) {
      return false;
    }
    ClassDesc host = nestHost(classFile.parse(bytes));
    return !classes.containsKey(host) || !nestMembers(host).contains(type);
  }

  private List<ClassDesc> nestMembers(ClassDesc host) {
    return classFile
        .parse(changed.getOrDefault(host, classes.get(host)))
        .findAttribute(Attributes.nestMembers())
        .map(attribute -> attribute.nestMembers().stream().map(ClassEntry::asSymbol).toList())
        .orElse(List.of());
  }

  /**
   * Gives the bodies of linked lambdas names like others': tools that look for the call site of
   * what is named as a lambda's would find none.
   */
  private static void rename(ClassBuilder type, ClassElement element) {
    if (element instanceof MethodModel method && LambdaClass.isBody(method)) {
      String name = LambdaClass.nameOfBody(method.methodName().stringValue());
      type.withMethod(
          type.constantPool().utf8Entry(name),
          method.methodType(),
          method.flags().flagsMask() & ~ClassFile.ACC_SYNTHETIC,
          copy ->
              method
                  .elementStream()
                  .filter(part -> !(part instanceof AccessFlags))
                  .forEach(copy::with));
    } else {
      type.with(element);
    }
  }

  private static boolean isClass(Path file) {
    return file.toString().endsWith(".class");
  }

  private void link(ClassDesc type, byte[] bytes) {
    ClassModel model = classFile.parse(bytes);
    CallSites sites = new CallSites(classFile, model);
    byte[] linked =
        classFile.transformClass(
            model,
            ClassTransform.transformingMethodBodies(CallSites::isIn, sites)
                .andThen(LinkCallSites::rename)
                .andThen(ClassTransform.endHandler(sites::addMethods)));
    if (!sites.areNone()) {
      changed.put(type, linked);
      changed.putAll(sites.lambdas());
      newMembers
          .computeIfAbsent(sites.nestHost(), _ -> new ArrayList<>())
          .addAll(sites.lambdas().keySet());
    }
  }

  /** Lets the nest of a class have new members: they call its private methods. */
  private void extendNest(ClassDesc host, List<ClassDesc> added) {
    byte[] bytes = changed.getOrDefault(host, classes.get(host));
    ClassModel model = classFile.parse(bytes);
    List<ClassDesc> members = new ArrayList<>(nestMembers(host));
    added.stream()
        .filter(member -> !members.contains(member))
        .sorted(LinkCallSites::byName)
        .forEach(members::add);
    ClassTransform replace =
        ClassTransform.dropping(NestMembersAttribute.class::isInstance)
            .andThen(
                ClassTransform.endHandler(
                    type -> type.with(NestMembersAttribute.ofSymbols(members))));
    changed.put(host, classFile.transformClass(model, replace));
  }

  private static int byName(ClassDesc a, ClassDesc b) {
    return a.descriptorString().compareTo(b.descriptorString());
  }

  /** The class whose nest a class belongs to. */
  static ClassDesc nestHost(ClassModel type) {
    return type.findAttribute(Attributes.nestHost())
        .map(attribute -> attribute.nestHost().asSymbol())
        .orElse(type.thisClass().asSymbol());
  }

  /** The name of a class as files have it, with slashes. */
  static String internalName(ClassDesc type) {
    String descriptor = type.descriptorString();
    return descriptor.substring(1, descriptor.length() - 1);
  }
}
