package dev.adjoint.kernel.loop;

import dev.adjoint.kernel.VectorLength;
import dev.adjoint.tensor.DType;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Turns loops into kernels, and keeps the classes that it has made: loops that differ in sizes and
 * numbers only share a class. May be used by several threads.
 */
public final class LoopCompiler {
  private static final int DEFAULT_CAPACITY = 4096;

  /** HotSpot leaves longer methods to its interpreter. */
  private static final int LONGEST_METHOD = 8000;

  private final boolean vectors;
  private final Map<Nest, GeneratedLoop> classes;

  /**
   * A compiler.
   *
   * @param capacity how many classes are kept; the one used longest ago goes first
   * @param vectors whether the Vector API is used where it is present; the results are the same
   *     bits
   */
  public LoopCompiler(int capacity, boolean vectors) {
    this.vectors = vectors && isVectorApiPresent();
    this.classes =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<Nest, GeneratedLoop> eldest) {
            return size() > capacity;
          }
        };
  }

  /** A compiler that uses the Vector API where it is present. */
  public LoopCompiler() {
    this(DEFAULT_CAPACITY, true);
  }

  private static boolean isVectorApiPresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /**
   * The kernel of a loop. Its tasks are cut by sizes. Results that are read in the same places as
   * they are written may overwrite an operand, if the loop is elementwise.
   *
   * @throws IllegalArgumentException if a reduction is neither of the first result's dtype nor
   *     stored as it is, or if the loop is too long for one method
   */
  public LoopKernel compile(Loop loop) {
    return new LoopPlanner(this, loop, LoopPlanner.workspaceType(loop)).plan();
  }

  /**
   * Whether the kernel of a loop that reduces rows cuts them into parts. For that, all it folds
   * must have the dtype of its first result, and none may be an index.
   *
   * @param rows how many rows there are
   * @param length how many elements one has
   * @param neighbours how many of the rows are neighbours in memory, element by element
   */
  public static boolean cutsRows(long rows, long length, long neighbours) {
    long columns = neighbours >= LoopPlanner.FEW_COLUMNS ? neighbours : 1;
    return rows > 0 && SplitPlan.cuts(rows, length, columns);
  }

  /** How many lanes nests of a floating dtype have; 1 without the Vector API. */
  int lanes(DType floating) {
    return vectors ? VectorLength.of(floating) : 1;
  }

  /** The code of a nest. */
  synchronized GeneratedLoop code(Nest nest) {
    return classes.computeIfAbsent(nest, LoopCompiler::define);
  }

  /** How many classes are kept now. */
  public synchronized int classCount() {
    return classes.size();
  }

  private static GeneratedLoop define(Nest nest) {
    byte[] bytes = NestGenerator.generate(nest);
    requireShort(nest, bytes);
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (GeneratedLoop) lookup.lookupClass().getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("The class of a loop cannot be defined: " + nest, e);
    }
  }

  private static void requireShort(Nest nest, byte[] bytes) {
    // Only a class longer than a method may be can have such a method.
    int length = bytes.length > LONGEST_METHOD ? longestMethod(bytes) : 0;
    if (length > LONGEST_METHOD) {
      throw new IllegalArgumentException(
          "A loop of %d steps takes %d bytes of code, and the JVM compiles methods of at most %d. Cut the loop."
              .formatted(nest.steps().size(), length, LONGEST_METHOD));
    }
  }

  private static int longestMethod(byte[] bytes) {
    return ClassFile.of().parse(bytes).methods().stream()
        .flatMap(method -> method.findAttribute(Attributes.code()).stream())
        .mapToInt(CodeAttribute::codeLength)
        .max()
        .orElseThrow();
  }
}
