package dev.adjoint.graph;

import java.util.Optional;

/**
 * Reads the components of one record class and makes the record of their values. The build writes
 * one beside each operator of its own, which spares the JVM the classes that it makes at every
 * start for reflection; records from elsewhere are reflected.
 */
public interface RecordAccess {
  /** The value of the component that is {@code component}-th in the declaration, from 0. */
  Object read(Record owner, int component);

  /**
   * Makes the record.
   *
   * @param values of all components, of their types, in the order of the declaration
   * @throws RuntimeException if the record refuses them
   */
  Record create(Object[] values);

  /** The text of the component's {@link Default}. */
  Optional<String> defaultOf(int component);
}
