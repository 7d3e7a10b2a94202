package dev.adjoint.check;

/** Is told how a {@link GradientCheck} goes, on the thread that runs it. */
@FunctionalInterface
public interface CheckListener {
  /**
   * Called before each step.
   *
   * @param what what is looked at next, such as the name of an input in quotes
   * @param done how many steps are done
   * @param steps how many there are in all
   */
  void atStep(String what, int done, int steps);
}
