package dev.adjoint.graph;

import java.util.Optional;

/**
 * Reads the components of one record class and makes the record of their values. Of the public
 * records that are this library's operators or their attributes the build writes one, which spares
 * the JVM the classes that it makes at every start for reflection. Others are reflected.
 */
public interface RecordAccess {
  /**
   * The value of a component.
   *
   * @param owner of the record class; else the JVM's exception for that
   * @param component its number in the declaration, from 0
   * @throws IndexOutOfBoundsException if there is no such component
   */
  Object read(Record owner, int component);

  /**
   * Makes the record.
   *
   * @param values of all components, of their types, in the order of the declaration
   * @throws RuntimeException as the record throws it that refuses them
   */
  Record create(Object[] values);

  /**
   * The text of a component's {@link Default}.
   *
   * @throws IndexOutOfBoundsException if there is no such component
   */
  Optional<String> defaultOf(int component);
}
