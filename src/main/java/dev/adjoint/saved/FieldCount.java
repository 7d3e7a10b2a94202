package dev.adjoint.saved;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.Optional;

/**
 * Counts what a message holds before it is parsed, allocating nothing. An empty message takes two
 * bytes in a file and fifty on the heap, so that the size of a file alone bounds little.
 */
final class FieldCount {
  private final ReadLimits limits;
  private long elements;

  FieldCount(ReadLimits limits) {
    this.limits = limits;
  }

  /** Checks the count and the depth of the fields of a message. */
  void check(ByteString message, Nesting type) throws IOException {
    walk(message.newCodedInput(), type, 0);
  }

  private void walk(CodedInputStream in, Nesting type, int depth) throws IOException {
    if (depth > limits.nesting()) {
      throw new SavedGraphException(
          "The file nests messages deeper than %d, the limit 'nesting' of its reader."
              .formatted(limits.nesting()));
    }
    while (!in.isAtEnd()) {
      int tag = in.readTag();
      count(1);
      switch (WireFormat.getTagWireType(tag)) {
        case WireFormat.WIRETYPE_LENGTH_DELIMITED ->
            delimited(in, type, WireFormat.getTagFieldNumber(tag), depth);
        case WireFormat.WIRETYPE_START_GROUP, WireFormat.WIRETYPE_END_GROUP ->
            throw new SavedGraphException(
                "The file is damaged: it holds a group, which this format does not use.");
        default -> in.skipField(tag);
      }
    }
  }

  /** A field that has a length. */
  private void delimited(CodedInputStream in, Nesting type, int field, int depth)
      throws IOException {
    int length = in.readRawVarint32();
    Optional<Nesting> message = type.message(field);
    if (message.isPresent()) {
      int outer = in.pushLimit(length);
      walk(in, message.get(), depth + 1);
      in.popLimit(outer);
      return;
    }
    if (type.isPacked(field)) {
      count(length);
    }
    in.skipRawBytes(length);
  }

  private void count(int more) throws SavedGraphException {
    elements += more;
    if (elements > limits.elements()) {
      throw new SavedGraphException(
          "The file has more than %d fields, the limit 'elements' of its reader."
              .formatted(limits.elements()));
    }
  }
}
