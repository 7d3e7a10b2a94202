package dev.adjoint.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.adjoint.check.generate.GraphCase;
import dev.adjoint.op.BuiltInOperators;
import dev.adjoint.testing.DrawnGraphs;
import java.util.ArrayList;
import java.util.List;
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
        .filter(each -> each.getClass().getName().startsWith("dev.adjoint.op."))
        .toList();
  }

  @Test
  void everyOperatorOfTheLibraryHasOneWithItsDefaults() {
    String classes = Graph.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    assumeTrue(classes.endsWith("target/classes/"), "only Maven writes them");
    List<Class<? extends Op>> operators = new ArrayList<>(new BuiltInOperators().operators());
    operators.addAll(List.of(Input.class, Parameter.class));
    for (Class<? extends Op> type : operators) {
      RecordAccess written = RecordCodec.accessTo(type.asSubclass(Record.class));
      assertFalse(written instanceof ReflectedRecord, type::getName);
      RecordAccess reflected = new ReflectedRecord(type.asSubclass(Record.class));
      int count = type.getRecordComponents().length;
      assertEquals(
          IntStream.range(0, count).mapToObj(reflected::defaultOf).toList(),
          IntStream.range(0, count).mapToObj(written::defaultOf).toList(),
          type::getName);
      assertThrows(RuntimeException.class, () -> written.defaultOf(count), type::getName);
    }
  }
}
