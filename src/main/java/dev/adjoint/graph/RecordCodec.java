package dev.adjoint.graph;

import com.google.common.primitives.Primitives;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What follows from a record's components: reading them, printing and parsing them, making the
 * record from them. Derived once a class.
 */
public final class RecordCodec {
  private static final String LIBRARY = "dev.adjoint.";
  private static final String ACCESS = "$$Access";
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
    private final Class<?> type;
    private final RecordAccess access;
    private final int position;
    private final Optional<Object> fallback;

    private Component(RecordComponent component, RecordAccess access, int position) {
      this.name = component.getName();
      this.kind = kindOf(component);
      this.type = component.getType();
      this.access = access;
      this.position = position;
      this.fallback = access.defaultOf(position).map(text -> parseWhole(kind, text));
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
      return access.read(owner, position);
    }

    /** A number of the component's wider type, if that is primitive; else the value itself. */
    private Object widened(Object value) {
      if (type == long.class && value instanceof Integer number) {
        return number.longValue();
      }
      boolean isNarrow =
          value instanceof Integer || value instanceof Long || value instanceof Float;
      if (type == double.class && isNarrow) {
        return ((Number) value).doubleValue();
      }
      return value;
    }

    private boolean takes(Object value) {
      return Primitives.wrap(type).isInstance(value);
    }

    boolean isDefault(Object value) {
      return fallback.isPresent() && fallback.get().equals(value);
    }
  }

  private final Class<? extends Record> type;
  private final List<Component> components;
  private final RecordAccess access;

  private RecordCodec(Class<? extends Record> type) {
    this.type = type;
    this.access = accessTo(type);
    List<Component> declared = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      declared.add(new Component(component, access, declared.size()));
    }
    this.components = List.copyOf(declared);
  }

  /**
   * What the build wrote beside a record of this library, else reflection. One that was written
   * before the record was last compiled is no longer of its nest, and not used.
   */
  static RecordAccess accessTo(Class<? extends Record> type) {
    if (!type.getName().startsWith(LIBRARY)) {
      return new ReflectedRecord(type);
    }
    try {
      Class<?> written = Class.forName(type.getName() + ACCESS, true, type.getClassLoader());
      return written.isNestmateOf(type)
          ? (RecordAccess) written.getConstructor().newInstance()
          : new ReflectedRecord(type);
    } catch (ClassNotFoundException e) {
      return new ReflectedRecord(type);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type.getName() + ACCESS, e);
    }
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
    Object[] values = new Object[arguments.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = components.get(i).widened(arguments.get(i));
      if (!components.get(i).takes(values[i])) {
        throw wrong("cannot be made from %s", arguments);
      }
    }
    try {
      return access.create(values);
    } catch (GraphException refused) {
      throw refused;
    } catch (RuntimeException refused) {
      throw new GraphException(
          "", "", "%s: %s".formatted(OperatorCodec.nameOf(type), refused.getMessage()), refused);
    }
  }

  private GraphException wrong(String what, Object... arguments) {
    return new GraphException(
        "%s %s.".formatted(OperatorCodec.nameOf(type), what.formatted(arguments)));
  }
}
