package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.op.BuiltInOperators;
import dev.adjoint.op.WindowAxis;
import dev.adjoint.testing.DrawnGraphs;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What the build writes beside operators does what reflection does. */
class RecordAccessProperties implements DrawnGraphs {
  @Property(tries = 1000)
  void operatorsAreReadAndMadeAsByReflection(@ForAll("operators") GraphCase drawn) {
    drawn.graph().nodes().forEach(node -> requireAgreement((Record) node.op()));
    drawn.bound().nodes().forEach(node -> requireAgreement((Record) node.op()));
  }

  private static void requireAgreement(Record value) {
    RecordAccess written = RecordCodec.accessTo(value.getClass());
    RecordAccess reflected = new ReflectedRecord(value.getClass());
    int count = value.getClass().getRecordComponents().length;
    Object[] components = new Object[count];
    for (int i = 0; i < count; i++) {
      components[i] = reflected.read(value, i);
      assertEquals(components[i], written.read(value, i));
    }
    assertEquals(value, written.create(components));
    parts(components).forEach(RecordAccessProperties::requireAgreement);
  }

  private static List<Record> parts(Object[] components) {
    return List.of(components).stream()
        .flatMap(each -> each instanceof List<?> list ? list.stream() : List.of(each).stream())
        .filter(each -> each instanceof Record)
        .map(Record.class::cast)
        .filter(each -> isOfTheLibrary(each.getClass()))
        .toList();
  }

  @Test
  void everyOperatorOfTheLibraryHasOneWithItsDefaults() {
    String classes = Graph.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    assumeTrue(classes.endsWith("target/classes/"), "only Maven writes them");
    List<Class<? extends Op>> operators = new ArrayList<>(new BuiltInOperators().operators());
    operators.addAll(List.of(Input.class, Parameter.class));
    Set<Class<? extends Record>> met = new LinkedHashSet<>();
    operators.forEach(operator -> meet(operator, met));
    assertTrue(met.contains(WindowAxis.class), "attributes are met");
    met.forEach(RecordAccessProperties::requireWritten);
  }

  private static void meet(Type type, Set<Class<? extends Record>> met) {
    if (type instanceof ParameterizedType list) {
      meet(list.getActualTypeArguments()[0], met);
    }
    if (type instanceof Class<?> part
        && isOfTheLibrary(part)
        && met.add(part.asSubclass(Record.class))) {
      for (RecordComponent component : part.getRecordComponents()) {
        meet(component.getGenericType(), met);
      }
    }
  }

  /** Whether it is a record beside the operators; types of tensors are attributes too. */
  private static boolean isOfTheLibrary(Class<?> type) {
    return type.isRecord()
        && List.of("dev.adjoint.graph", "dev.adjoint.op").contains(type.getPackageName());
  }

  private static void requireWritten(Class<? extends Record> type) {
    RecordAccess written = RecordCodec.accessTo(type);
    assertFalse(written instanceof ReflectedRecord, type::getName);
    RecordAccess reflected = new ReflectedRecord(type);
    int count = type.getRecordComponents().length;
    assertEquals(
        IntStream.range(0, count).mapToObj(reflected::defaultOf).toList(),
        IntStream.range(0, count).mapToObj(written::defaultOf).toList(),
        type::getName);
    assertThrows(IndexOutOfBoundsException.class, () -> written.defaultOf(count), type::getName);
  }
}
