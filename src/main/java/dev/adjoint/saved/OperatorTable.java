package dev.adjoint.saved;

import dev.adjoint.graph.Op;
import dev.adjoint.graph.OperatorCatalog;
import dev.adjoint.graph.OperatorCodec;
import dev.adjoint.saved.proto.OperatorProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds the operators that a file names; what is missing is said for all of them at once. */
final class OperatorTable {
  private static final int NAMED = 20;

  private final OperatorCatalog catalog;
  private final ReadLimits limits;

  OperatorTable(OperatorCatalog catalog, ReadLimits limits) {
    this.catalog = catalog;
    this.limits = limits;
  }

  /** The class of each operator, in the order of the file. */
  List<Class<? extends Op>> resolve(List<OperatorProto> operators) throws SavedGraphException {
    List<Class<? extends Op>> found = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (OperatorProto operator : operators) {
      String name = operator.getName();
      if (name.length() > limits.nameLength()) {
        throw new SavedGraphException(
            "The name of the operator '%s' has %d characters, more than %d, the limit 'nameLength' of the reader."
                .formatted(Excerpts.of(name), name.length(), limits.nameLength()));
      }
      if (!names.add(name)) {
        throw new SavedGraphException(
            "The file is not valid: it lists the operator '%s' twice."
                .formatted(Excerpts.of(name)));
      }
      Optional<Class<? extends Op>> type = catalog.find(name);
      if (type.isPresent()) {
        requireVersion(operator, OperatorCodec.versionOf(type.get()));
        found.add(type.get());
      } else if (unknown.size() < NAMED) {
        unknown.add("'%s'".formatted(Excerpts.of(name)));
      }
    }
    if (!unknown.isEmpty()) {
      throw new SavedGraphException(
          ("The graph uses operators that are not known here: %s. Put the library that has them on"
                  + " the class path, where it names its OperatorProvider under META-INF/services,"
                  + " or read with an OperatorCatalog that holds them.")
              .formatted(String.join(", ", unknown)));
    }
    return found;
  }

  private static void requireVersion(OperatorProto operator, int known) throws SavedGraphException {
    if (operator.getVersion() != known) {
      throw new SavedGraphException(
          "The graph uses version %s of the operator '%s', this build has version %d. Read it with %s."
              .formatted(
                  Integer.toUnsignedString(operator.getVersion()),
                  operator.getName(),
                  known,
                  Integer.compareUnsigned(operator.getVersion(), known) > 0
                      ? "a newer Adjoint, or a newer library that has the operator"
                      : "the version of Adjoint that wrote it, or build the graph again"));
    }
  }
}
