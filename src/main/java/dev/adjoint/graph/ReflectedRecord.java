package dev.adjoint.graph;

import com.google.common.base.Throwables;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Optional;

/** Access to a record of which the build has written none. */
final class ReflectedRecord implements RecordAccess {
  private final RecordComponent[] components;
  private final Method[] accessors;
  private final Constructor<? extends Record> constructor;

  ReflectedRecord(Class<? extends Record> type) {
    this.components = type.getRecordComponents();
    this.accessors =
        Arrays.stream(components).map(RecordComponent::getAccessor).toArray(Method[]::new);
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("A record without its constructor: " + type, e);
    }
    constructor.setAccessible(true);
    for (Method accessor : accessors) {
      accessor.setAccessible(true);
    }
  }

  @Override
  public Object read(Record owner, int component) {
    try {
      return accessors[component].invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Cannot read %s of %s".formatted(components[component].getName(), owner), e);
    }
  }

  @Override
  public Record create(Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwables.throwIfUnchecked(e.getTargetException());
      throw new IllegalStateException(e.getTargetException());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + constructor, e);
    }
  }

  @Override
  public Optional<String> defaultOf(int component) {
    return Optional.ofNullable(components[component].getAnnotation(Default.class))
        .map(Default::value);
  }
}
