package dev.adjoint.runtime;

import dev.adjoint.kernel.OperandException;

/** A run that gave no result. No parameter was changed by it; the session can run again. */
public sealed class RunException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RunException(String message) {
    super(message);
  }

  RunException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A node could not be computed. */
  public static final class Failed extends RunException {
    private static final long serialVersionUID = 1;

    private final String node;

    Failed(String node, Throwable cause) {
      super("'%s' could not be computed: %s".formatted(node, reason(cause)), cause);
      this.node = node;
    }

    /** The name of the node; the last one, if its kernel computes several. */
    public String node() {
      return node;
    }

    /** Kernels say in words what is wrong with the values; other failures need their class. */
    private static String reason(Throwable cause) {
      String message = cause.getMessage();
      boolean inWords =
          cause instanceof OperandException
              || cause instanceof IndexOutOfBoundsException
              || cause instanceof ArithmeticException
              || cause instanceof IllegalArgumentException;
      return inWords && message != null ? message : cause.toString();
    }
  }

  /** The run was cancelled, or its thread interrupted. */
  public static final class Cancelled extends RunException {
    private static final long serialVersionUID = 1;

    Cancelled(String message) {
      super(message);
    }
  }

  /** The run took longer than it was allowed. */
  public static final class TimedOut extends RunException {
    private static final long serialVersionUID = 1;

    TimedOut(String message) {
      super(message);
    }
  }

  /** In the mode that looks for them: a value became NaN or infinite. */
  public static final class NotFinite extends RunException {
    private static final long serialVersionUID = 1;

    private final String node;

    NotFinite(String node, String message) {
      super(message);
      this.node = node;
    }

    /** The name of the first node that gave such a value. */
    public String node() {
      return node;
    }
  }

  /** The plan needs more memory than the session may take, or than the JVM has. */
  public static final class MemoryLimit extends RunException {
    private static final long serialVersionUID = 1;

    MemoryLimit(String message) {
      super(message);
    }

    MemoryLimit(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
