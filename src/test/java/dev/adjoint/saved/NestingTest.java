package dev.adjoint.saved;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import dev.adjoint.saved.proto.GraphFileProto;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NestingTest {
  private final Set<String> seen = new HashSet<>();
  private final Set<Nesting> met = EnumSet.noneOf(Nesting.class);

  @Test
  void itSaysOfEveryFieldWhatTheSchemaSays() {
    compare(Nesting.GRAPH_FILE, GraphFileProto.getDescriptor());
    assertEquals(EnumSet.allOf(Nesting.class), met);
  }

  private void compare(Nesting nesting, Descriptor message) {
    met.add(nesting);
    if (!seen.add(nesting + " " + message.getFullName())) {
      return;
    }
    for (int number = 1; number < 32; number++) {
      var field = message.findFieldByNumber(number);
      var name = message.getName() + " " + number;
      assertEquals(field != null && field.isPackable(), nesting.isPacked(number), name);
      var inner = nesting.message(number);
      assertEquals(
          field != null && field.getJavaType() == JavaType.MESSAGE, inner.isPresent(), name);
      inner.ifPresent(known -> compare(known, field.getMessageType()));
    }
  }
}
