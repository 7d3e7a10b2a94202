package dev.adjoint.serve;

import com.google.protobuf.MessageLite;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client of HTTP/2 that sends the frames that a test wants (RFC 9113, RFC 7541). */
final class FrameClient implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;
  private static final int CANCEL = 8;

  // Of the static table of RFC 7541, appendix A: a whole field, and names.
  private static final int SCHEME_HTTP = 0x86;
  private static final int AUTHORITY = 1;
  private static final int METHOD = 2;
  private static final int PATH = 4;

  /** What the server sends. */
  record Frame(int type, int flags, int stream, byte[] payload) {
    String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }

    boolean isEnd() {
      return type <= HEADERS && (flags & END_STREAM) != 0;
    }
  }

  /** The server says that it ends the connection, and why. */
  static final class GoneException extends IOException {
    private static final long serialVersionUID = 1;

    GoneException(byte[] goaway) {
      super("the server goes: " + new String(goaway, StandardCharsets.UTF_8));
    }
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  FrameClient(Socket socket) throws IOException {
    this(socket, new byte[0]);
  }

  /** With settings of one's own. */
  FrameClient(Socket socket, byte[] settings) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    send(SETTINGS, 0, 0, settings);
  }

  void send(int type, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(type);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
    out.flush();
  }

  /** Headers that end as these flags say; names and values are shorter than 127 bytes. */
  void headers(int stream, int flags, String method, String path, String... more)
      throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.write(SCHEME_HTTP);
    named(block, METHOD, method);
    named(block, AUTHORITY, "localhost");
    named(block, PATH, path);
    for (int i = 0; i < more.length; i += 2) {
      field(block, more[i], more[i + 1]);
    }
    send(HEADERS, flags, stream, block.toByteArray());
  }

  private static void field(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    text(block, name);
    text(block, value);
  }

  private static void named(ByteArrayOutputStream block, int name, String value) {
    block.write(name);
    text(block, value);
  }

  private static void text(ByteArrayOutputStream block, String text) {
    block.write(text.length());
    block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** A whole request. */
  void post(int stream, String path, String body) throws IOException {
    headers(stream, END_HEADERS, "POST", path);
    send(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.UTF_8));
  }

  /** The headers of a call of gRPC. */
  void call(int stream, MethodDescriptor<?, ?> method) throws IOException {
    headers(
        stream,
        END_HEADERS,
        "POST",
        "/" + method.getFullMethodName(),
        "content-type",
        "application/grpc");
  }

  /** A message of gRPC, of less than 256 bytes. */
  static byte[] message(MessageLite message) {
    byte[] bytes = message.toByteArray();
    return ByteBuffer.allocate(5 + bytes.length).put(4, (byte) bytes.length).put(5, bytes).array();
  }

  void reset(int stream) throws IOException {
    send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
  }

  /** The next frame of a stream. */
  Frame next(int stream) throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int of = in.readInt();
      byte[] payload = in.readNBytes(length);
      if (type == GOAWAY) {
        throw new GoneException(payload);
      }
      if (of == stream) {
        return new Frame(type, flags, of, payload);
      }
    }
  }

  /** The body of the answer over a stream. */
  String answer(int stream) throws IOException {
    StringBuilder text = new StringBuilder();
    Frame frame;
    do {
      frame = next(stream);
      if (frame.type() == RST_STREAM) {
        throw new IOException("reset after: " + text);
      }
      if (frame.type() == DATA) {
        text.append(frame.text());
      }
    } while (!frame.isEnd());
    return text.toString();
  }

  /** Waits until the server has closed the connection. */
  void awaitClosed() throws IOException {
    try {
      while (in.read() >= 0) {
        // What it sends before.
      }
    } catch (java.net.SocketException _) {
      // It was reset, which is an end too.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
