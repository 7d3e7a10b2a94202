package dev.adjoint.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Writes the few parts of an ONNX model that the workloads need, field by field as onnx.proto
 * numbers them.
 */
final class OnnxModel {
  private static final int FLOAT = 1;
  private static final int IR_VERSION = 8;
  private static final int OPSET = 17;

  private final Message graph = new Message().text(2, "workload");

  /** A protobuf message in the making. */
  static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    /** Writes a field, which never fails in memory. */
    private interface Field {
      void write(CodedOutputStream out) throws IOException;
    }

    private Message field(Field field) {
      try {
        field.write(out);
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Message text(int number, String value) {
      return field(o -> o.writeString(number, value));
    }

    Message number(int number, long value) {
      return field(o -> o.writeInt64(number, value));
    }

    Message raw(int number, ByteBuffer value) {
      return field(o -> o.writeBytes(number, ByteString.copyFrom(value)));
    }

    Message message(int number, Message value) {
      return field(o -> o.writeByteArray(number, value.toBytes()));
    }

    byte[] toBytes() {
      field(CodedOutputStream::flush);
      return bytes.toByteArray();
    }
  }

  /** An attribute of several integers. */
  static Message attribute(String name, long... values) {
    Message attribute = new Message().text(1, name);
    for (long value : values) {
      attribute.number(8, value);
    }
    return attribute.number(20, 7);
  }

  /** An attribute of one integer. */
  static Message scalarAttribute(String name, long value) {
    return new Message().text(1, name).number(3, value).number(20, 2);
  }

  /** Adds a node, whose result is named {@code output}. */
  OnnxModel node(String type, List<String> inputs, String output, Message... attributes) {
    Message node = new Message();
    inputs.forEach(input -> node.text(1, input));
    node.text(2, output).text(3, output).text(4, type);
    for (Message attribute : attributes) {
      node.message(5, attribute);
    }
    graph.message(1, node);
    return this;
  }

  /** Adds a constant. */
  OnnxModel constant(String name, float[] values, long... sizes) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    Message tensor = new Message();
    for (long size : sizes) {
      tensor.number(1, size);
    }
    graph.message(5, tensor.number(2, FLOAT).text(8, name).raw(9, bytes));
    return this;
  }

  /** Adds an input. */
  OnnxModel input(String name, long... sizes) {
    graph.message(11, described(name, sizes));
    return this;
  }

  /** Adds an output. */
  OnnxModel output(String name, long... sizes) {
    graph.message(12, described(name, sizes));
    return this;
  }

  private static Message described(String name, long... sizes) {
    Message shape = new Message();
    for (long size : sizes) {
      shape.message(1, new Message().number(1, size));
    }
    Message tensor = new Message().number(1, FLOAT).message(2, shape);
    return new Message().text(1, name).message(2, new Message().message(1, tensor));
  }

  /** The file. */
  byte[] toBytes() {
    return new Message()
        .number(1, IR_VERSION)
        .text(2, "adjoint-benchmarks")
        .message(7, graph)
        .message(8, new Message().text(1, "").number(2, OPSET))
        .toBytes();
  }
}
