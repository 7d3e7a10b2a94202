package dev.adjoint.kernel;

/**
 * What kernels may use.
 *
 * @param winograd whether 3 x 3 and 5 x 5 convolutions may be computed by Winograd's algorithms,
 *     which need a sixth to a quarter of the multiplications and round more, see {@link
 *     Correlations}
 * @param vectors whether the module {@code jdk.incubator.vector} may be used. Without it, plain
 *     loops compute the same within rounding
 * @param warming whether the first few million multiply-adds of a kernel on vectors may be computed
 *     by plain loops, to the same bits: in a JVM that has not compiled the vector library yet they
 *     are much sooner done. Later nothing is lost but a few milliseconds
 */
public record KernelOptions(boolean winograd, boolean vectors, boolean warming) {
  /** Everything that this Java runtime has, from the first call on. */
  public static final KernelOptions FASTEST = new KernelOptions(true, hasVectors(), false);

  private static boolean hasVectors() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** These, without the algorithms that round more than a plain sum. */
  public KernelOptions withoutWinograd() {
    return new KernelOptions(false, vectors, warming);
  }

  /** These, without the vector module. */
  public KernelOptions withoutVectors() {
    return new KernelOptions(winograd, false, warming);
  }

  /** These, with plain loops first. */
  public KernelOptions whileWarming() {
    return new KernelOptions(winograd, vectors, true);
  }
}
