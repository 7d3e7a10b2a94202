package dev.adjoint.graph;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What follows from a record's components: reading them, printing and parsing them, making the
 * record from them. Derived once a class by reflection.
 */
public final class RecordCodec {
  private static final ClassValue<RecordCodec> CODECS =
      new ClassValue<>() {
        @Override
        protected RecordCodec computeValue(Class<?> type) {
          return new RecordCodec(type.asSubclass(Record.class));
        }
      };

  /** One component of a record: an attribute's name, kind and default. */
  public static final class Component {
    private final String name;
    private final AttributeKind kind;
    private final Method accessor;
    private final Optional<Object> fallback;

    private Component(RecordComponent component) {
      this.name = component.getName();
      this.kind = kindOf(component);
      this.accessor = component.getAccessor();
      this.accessor.setAccessible(true);
      this.fallback =
          Optional.ofNullable(component.getAnnotation(Default.class))
              .map(text -> parseWhole(kind, text.value()));
    }

    private static Object parseWhole(AttributeKind kind, String text) {
      TextCursor in = new TextCursor(text);
      Object value = kind.parse(in);
      if (!in.atEnd()) {
        throw in.error("expected the end of a default");
      }
      return value;
    }

    private static AttributeKind kindOf(RecordComponent component) {
      try {
        return AttributeKind.of(component.getGenericType());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "The component '%s' of %s: %s"
                .formatted(
                    component.getName(), component.getDeclaringRecord().getName(), e.getMessage()),
            e);
      }
    }

    /** The attribute's name. */
    public String name() {
      return name;
    }

    /** What the attribute can be. */
    public AttributeKind kind() {
      return kind;
    }

    /** The value of the attribute where none is written. */
    public Optional<Object> fallback() {
      return fallback;
    }

    /** The attribute's value in {@code owner}. */
    public Object read(Record owner) {
      try {
        return accessor.invoke(owner);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Cannot read %s of %s".formatted(name, owner), e);
      }
    }

    boolean isDefault(Object value) {
      return fallback.isPresent() && fallback.get().equals(value);
    }
  }

  private final Class<? extends Record> type;
  private final List<Component> components;
  private final Constructor<? extends Record> constructor;

  private RecordCodec(Class<? extends Record> type) {
    this.type = type;
    RecordComponent[] declared = type.getRecordComponents();
    this.components = Arrays.stream(declared).map(Component::new).toList();
    try {
      this.constructor =
          type.getDeclaredConstructor(
              Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new));
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("A record without its constructor: " + type, e);
    }
    constructor.setAccessible(true);
  }

  /** The codec of a record class. */
  public static RecordCodec of(Class<? extends Record> type) {
    return CODECS.get(type);
  }

  /** The components in the order of their declaration. */
  public List<Component> components() {
    return components;
  }

  /** Whether a value is written as its only component. */
  public boolean isTransparent() {
    return components.size() == 1;
  }

  /**
   * Makes the record.
   *
   * @param values the components by name; those absent take their defaults
   * @throws GraphException if a component is missing or unknown, or the record refuses the values
   */
  public Record create(Map<String, Object> values) {
    values.keySet().forEach(this::component);
    List<Object> arguments = new ArrayList<>(components.size());
    for (Component component : components) {
      Object value = values.get(component.name());
      if (value != null) {
        arguments.add(value);
      } else {
        arguments.add(
            component
                .fallback()
                .orElseThrow(() -> wrong("lacks the attribute '%s'", component.name())));
      }
    }
    return instantiate(arguments);
  }

  /** The record with every attribute mapped. */
  public Record map(Record value, AttributeMapping mapping) {
    List<Object> arguments = new ArrayList<>(components.size());
    boolean changed = false;
    for (Component component : components) {
      Object attribute = component.read(value);
      Object mapped = component.kind().map(attribute, mapping);
      changed |= !mapped.equals(attribute);
      arguments.add(mapped);
    }
    return changed ? instantiate(arguments) : value;
  }

  String print(Record value) {
    if (isTransparent()) {
      Component only = components.getFirst();
      return only.kind().print(only.read(value));
    }
    StringJoiner attributes = new StringJoiner(", ", "{", "}");
    for (Component component : components) {
      Object attribute = component.read(value);
      if (!component.isDefault(attribute)) {
        attributes.add(component.name() + "=" + component.kind().print(attribute));
      }
    }
    return attributes.toString();
  }

  Record parse(TextCursor in) {
    if (isTransparent()) {
      return instantiate(List.of(components.getFirst().kind().parse(in)));
    }
    return create(parseNamed(in));
  }

  /** Reads {@code {name=value, ...}}, also for a record of one component. */
  Map<String, Object> parseNamed(TextCursor in) {
    Map<String, Object> values = new HashMap<>();
    in.expect("{");
    if (!in.accept("}")) {
      do {
        String name = in.word();
        in.expect("=");
        Object value = component(name).kind().parse(in);
        if (values.put(name, value) != null) {
          throw wrong("has the attribute '%s' twice", name);
        }
      } while (in.accept(","));
      in.expect("}");
    }
    return values;
  }

  /**
   * The component named {@code name}.
   *
   * @throws GraphException if there is none
   */
  public Component component(String name) {
    for (Component component : components) {
      if (component.name().equals(name)) {
        return component;
      }
    }
    throw wrong(
        "has no attribute '%s', only %s", name, components.stream().map(Component::name).toList());
  }

  private Record instantiate(List<Object> arguments) {
    try {
      return constructor.newInstance(arguments.toArray());
    } catch (InvocationTargetException e) {
      throw refused(e);
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw wrong("cannot be made from %s", arguments);
    }
  }

  private RuntimeException refused(InvocationTargetException thrown) {
    return switch (thrown.getTargetException()) {
      case GraphException refused -> refused;
      case RuntimeException refused ->
          new GraphException(
              "",
              "",
              "%s: %s".formatted(OperatorCodec.nameOf(type), refused.getMessage()),
              refused);
      default -> new IllegalStateException(thrown);
    };
  }

  private GraphException wrong(String what, Object... arguments) {
    return new GraphException(
        "%s %s.".formatted(OperatorCodec.nameOf(type), what.formatted(arguments)));
  }
}
