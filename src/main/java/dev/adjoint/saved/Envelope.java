package dev.adjoint.saved;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.adjoint.saved.proto.GraphFileProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What is around a graph in a file: the mark by which it is recognised, the format's version, the
 * writer, the checksum. Knows bytes and nothing of graphs.
 */
final class Envelope {
  /** The version of the schema that this build writes, and the newest that it reads. */
  static final int FORMAT_VERSION = 1;

  private static final String FORMAT = "adjoint.graph";
  private static final byte[] MARK = ("\n\r" + FORMAT).getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION_TAG =
      tag(GraphFileProto.FORMAT_VERSION_FIELD_NUMBER, WireFormat.WIRETYPE_VARINT);
  private static final int PRODUCER_TAG =
      tag(GraphFileProto.PRODUCER_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
  private static final int CHECKSUM_TAG =
      tag(GraphFileProto.CHECKSUM_FIELD_NUMBER, WireFormat.WIRETYPE_FIXED32);

  /** The bytes of the checksum with its tag. */
  private static final int SEAL = 1 + Integer.BYTES;

  private Envelope() {}

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  /** The bytes of a file with what {@code file} holds. */
  static byte[] seal(GraphFileProto.Builder file) {
    byte[] contents =
        file.setFormat(FORMAT)
            .setFormatVersion(FORMAT_VERSION)
            .setProducer(producer())
            .clearChecksum()
            .build()
            .toByteArray();
    return ByteBuffer.allocate(contents.length + SEAL)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(contents)
        .put((byte) CHECKSUM_TAG)
        .putInt(checksum(contents, contents.length))
        .array();
  }

  private static String producer() {
    return Optional.ofNullable(Envelope.class.getPackage().getImplementationVersion())
        .map("adjoint "::concat)
        .orElse("adjoint");
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  /** What the bytes of a file hold, a graph among it; nobody has looked at that yet. */
  static GraphFileProto open(byte[] bytes, ReadLimits limits) throws SavedGraphException {
    requireMark(bytes);
    try {
      requireVersion(bytes);
      requireChecksum(bytes);
      ByteString whole = UnsafeByteOperations.unsafeWrap(bytes);
      new FieldCount(limits).check(whole, Nesting.GRAPH_FILE);
      GraphFileProto file = parse(whole);
      if (!file.hasGraph()) {
        throw new SavedGraphException("The file holds no graph.");
      }
      return file;
    } catch (InvalidProtocolBufferException e) {
      throw new SavedGraphException(
          "The file is damaged: %s Take another copy of it.".formatted(e.getMessage()), e);
    } catch (SavedGraphException e) {
      throw e;
    } catch (IOException e) {
      throw new SavedGraphException("The file is damaged: " + e.getMessage(), e);
    }
  }

  /** The message in the bytes, whose constants are not copied. */
  private static GraphFileProto parse(ByteString whole) throws IOException {
    CodedInputStream in = whole.newCodedInput();
    in.enableAliasing(true);
    GraphFileProto file = GraphFileProto.parseFrom(in);
    in.checkLastTagWas(0);
    return file;
  }

  private static void requireMark(byte[] bytes) throws SavedGraphException {
    int common = Math.min(bytes.length, MARK.length);
    if (!Arrays.equals(bytes, 0, common, MARK, 0, common)) {
      throw new SavedGraphException(
          "This is no graph saved by Adjoint: such a file starts with '%s'.".formatted(FORMAT));
    }
    if (bytes.length < MARK.length + SEAL) {
      throw new SavedGraphException(
          "The file is cut off: it ends after %d bytes, before the graph.".formatted(bytes.length));
    }
  }

  private static void requireVersion(byte[] bytes) throws IOException {
    CodedInputStream in =
        CodedInputStream.newInstance(bytes, MARK.length, bytes.length - MARK.length);
    int version = in.readTag() == VERSION_TAG ? in.readUInt32() : 0;
    if (version == 0) {
      throw new SavedGraphException(
          "The file is damaged: the version of its format should follow '%s'.".formatted(FORMAT));
    }
    if (version != FORMAT_VERSION) {
      throw new SavedGraphException(
          "The file has format version %s%s, this build reads up to version %d. Use a newer"
                  .formatted(Integer.toUnsignedString(version), writer(in), FORMAT_VERSION)
              + " Adjoint, one that reads that version.");
    }
  }

  /** Who wrote a file of a newer format, if that is still said in the same place. */
  private static String writer(CodedInputStream in) {
    try {
      return in.readTag() == PRODUCER_TAG
          ? " (written by '%s')".formatted(Excerpts.of(in.readStringRequireUtf8()))
          : "";
    } catch (IOException _) {
      return "";
    }
  }

  private static void requireChecksum(byte[] bytes) throws SavedGraphException {
    int contents = bytes.length - SEAL;
    if (bytes[contents] != CHECKSUM_TAG) {
      throw new SavedGraphException(
          "The file is cut off or damaged: it has %d bytes and does not end with a checksum. Take"
                  .formatted(bytes.length)
              + " another copy of it.");
    }
    int stored =
        ByteBuffer.wrap(bytes, contents + 1, Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).getInt();
    int actual = checksum(bytes, contents);
    if (stored != actual) {
      throw new SavedGraphException(
          "The file is damaged: its checksum is %08x, its bytes give %08x. Take another copy of it."
              .formatted(stored, actual));
    }
  }
}
