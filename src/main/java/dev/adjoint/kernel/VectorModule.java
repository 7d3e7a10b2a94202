package dev.adjoint.kernel;

/** The incubating module of vectors, without which no class that names it can be loaded. */
final class VectorModule {
  private VectorModule() {}

  /** Whether Java was started with {@code --add-modules=jdk.incubator.vector}. */
  static boolean isPresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }
}
