package dev.adjoint.graph;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of an attribute that the text form leaves out and that a file may lack, written as in
 * the text form. An attribute added to an operator later has one, so that older files still load.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /** The default, in the text form. */
  String value();
}
