package dev.adjoint.graph;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The version of an operator's meaning; without it, 1. It rises when a node written by an older
 * build would compute something else, and files then say which they mean.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OperatorVersion {
  /** The version, 1 or more. */
  int value();
}
