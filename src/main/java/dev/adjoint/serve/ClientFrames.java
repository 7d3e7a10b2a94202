package dev.adjoint.serve;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Reads along with the frames of HTTP/2 that a client sends (RFC 9113, section 4.1), since the web
 * server tells nobody when a client resets a stream.
 *
 * <p>A frame, or a block of headers, is a step that must come to its end in time.
 */
final class ClientFrames {
  private static final int PREFACE_BYTES = 24;
  private static final int HEADER_BYTES = 9;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  /** Enough for all that can run at once; a client that resets more has its work done in vain. */
  private static final int REMEMBERED = Connections.MOST_STREAMS;

  private final TimedStep arriving;
  private final byte[] header = new byte[HEADER_BYTES];
  private int headerBytes;
  private int skipping = PREFACE_BYTES;
  private boolean inHeaders;

  private final Set<Integer> reset =
      Collections.synchronizedSet(
          Collections.newSetFromMap(
              new LinkedHashMap<>() {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                  return size() > REMEMBERED;
                }
              }));

  /** At the preface of a connection. */
  ClientFrames(TimedStep arriving) {
    this.arriving = arriving;
  }

  /** Whether the client has reset a stream. */
  boolean isReset(int stream) {
    return reset.contains(stream);
  }

  /** The bytes that come next; called by one thread at a time. */
  void read(byte[] bytes) {
    int at = 0;
    while (at < bytes.length) {
      if (skipping == 0) {
        header[headerBytes++] = bytes[at++];
        if (headerBytes == HEADER_BYTES) {
          begin();
        }
      } else {
        int skipped = Math.min(skipping, bytes.length - at);
        at += skipped;
        skipping -= skipped;
        endIfWhole();
      }
    }
    if (headerBytes > 0 || skipping > 0 || inHeaders) {
      arriving.beginIfIdle();
    }
  }

  private void begin() {
    headerBytes = 0;
    skipping = unsigned(0) << 16 | unsigned(1) << 8 | unsigned(2);
    int type = unsigned(3);
    if (type == HEADERS || type == CONTINUATION) {
      inHeaders = (unsigned(4) & END_HEADERS) == 0;
    } else if (type == RST_STREAM) {
      reset.add((unsigned(5) & 0x7f) << 24 | unsigned(6) << 16 | unsigned(7) << 8 | unsigned(8));
    }
    endIfWhole();
  }

  private void endIfWhole() {
    if (skipping == 0 && !inHeaders) {
      arriving.end();
    }
  }

  private int unsigned(int at) {
    return Byte.toUnsignedInt(header[at]);
  }
}
