package dev.adjoint.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.adjoint.graph.Differentiable;
import dev.adjoint.graph.NotDifferentiable;
import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.OperatorCodec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BuiltInOperatorsTest {
  private static final List<Class<? extends Op>> OPERATORS = new BuiltInOperators().operators();

  @Test
  void everyRecordOfEveryFamilyIsListed() {
    Set<Class<?>> written = new HashSet<>();
    Deque<Class<?>> open = new ArrayDeque<>(List.of(Primitive.class.getPermittedSubclasses()));
    while (!open.isEmpty()) {
      for (Class<?> member : open.pop().getDeclaredClasses()) {
        if (member.isRecord() && Op.class.isAssignableFrom(member)) {
          written.add(member);
        } else if (member.isInterface()) {
          open.add(member);
        }
      }
    }
    assertEquals(written, Set.copyOf(OPERATORS));
    assertTrue(written.size() > 70, () -> written.size() + " operators");
  }

  @Test
  void everyOneHasAGradientRuleOrAReasonForNone() {
    for (Class<? extends Op> type : OPERATORS) {
      assertTrue(type.isRecord(), type::getName);
      boolean differentiable = Differentiable.class.isAssignableFrom(type);
      boolean not = NotDifferentiable.class.isAssignableFrom(type);
      assertTrue(differentiable != not, type::getName);
    }
  }

  @Test
  void reasonsCompleteASentence() {
    int stated = 0;
    for (Class<? extends Op> type : OPERATORS) {
      if (NotDifferentiable.class.isAssignableFrom(type)
          && OperatorCodec.codecOf(type).components().isEmpty()) {
        NotDifferentiable op = (NotDifferentiable) OperatorCodec.codecOf(type).create(Map.of());
        assertFalse(op.reasonNotDifferentiable().isBlank(), type::getName);
        assertFalse(op.reasonNotDifferentiable().endsWith("."), type::getName);
        stated++;
      }
    }
    assertTrue(stated >= 10, "only " + stated + " reasons");
  }

  @Test
  void allAreInstalledUnderTheirNames() {
    OperatorCatalog installed = OperatorCatalog.installed();
    for (Class<? extends Op> type : OPERATORS) {
      assertEquals(type, installed.find(OperatorCodec.nameOf(type)).orElseThrow());
    }
    assertTrue(installed.find("input").isPresent());
    assertTrue(installed.find("parameter").isPresent());
  }
}
