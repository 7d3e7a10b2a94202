package dev.adjoint.saved;

import dev.adjoint.graph.GraphException;
import dev.adjoint.saved.proto.DimProto;
import dev.adjoint.saved.proto.ShapeProto;
import dev.adjoint.saved.proto.TypeProto;
import dev.adjoint.tensor.Dim;
import dev.adjoint.tensor.Shape;
import dev.adjoint.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads sizes, shapes and types. An expression that occurs often is parsed once, and all together
 * are bounded, since a short text can be much work.
 *
 * <p>Throws {@link IllegalArgumentException} for what is no size, shape or type.
 */
final class TypeDecoder {
  private final ReadLimits limits;
  private final Map<String, Dim> parsed = new HashMap<>();
  private long expressionCharacters;

  TypeDecoder(ReadLimits limits) {
    this.limits = limits;
  }

  TensorType decode(TypeProto type) {
    return new TensorType(DTypes.decode(type.getDtype()), decode(type.getShape()));
  }

  Shape decode(ShapeProto shape) {
    if (shape.getDimsCount() > Shape.MAX_RANK) {
      throw new GraphException(
          "a shape has at most %d axes, this one has %d."
              .formatted(Shape.MAX_RANK, shape.getDimsCount()));
    }
    List<Dim> dims = new ArrayList<>(shape.getDimsCount());
    for (DimProto dim : shape.getDimsList()) {
      dims.add(decode(dim));
    }
    return Shape.of(dims);
  }

  Dim decode(DimProto dim) {
    return switch (dim.getSizeCase()) {
      case CONSTANT -> Dim.of(dim.getConstant());
      case EXPRESSION -> expression(dim.getExpression());
      case SIZE_NOT_SET -> throw new GraphException("a size is missing.");
    };
  }

  private Dim expression(String text) {
    return Optional.ofNullable(parsed.get(text)).orElseGet(() -> parse(text));
  }

  private Dim parse(String text) {
    if (text.length() > limits.expressionLength()) {
      throw new GraphException(
          "the size '%s' has %d characters, more than %d, the limit 'expressionLength' of the reader."
              .formatted(Excerpts.of(text), text.length(), limits.expressionLength()));
    }
    expressionCharacters += text.length();
    if (expressionCharacters > limits.expressionCharacters()) {
      throw new GraphException(
          "the different symbolic sizes up to here have more than %d characters, the limit"
                  .formatted(limits.expressionCharacters())
              + " 'expressionCharacters' of the reader.");
    }
    Dim dim = Dim.parse(text);
    parsed.put(text, dim);
    return dim;
  }
}
