package dev.adjoint.serve;

import com.google.common.base.Throwables;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.ToNumberPolicy;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * A body of JSON, read as a stream. The elements of tensors are never made into a tree, which would
 * take many times the size of the body; all else that a request says may be {@link Trees}, together
 * of a bounded size.
 *
 * @param bytes the body
 * @param length how many of its bytes are JSON
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record JsonBody(byte[] bytes, int length) {
  private static final int NESTING = 100;
  private static final int REASON = 120;
  private static final int MOST_PARTS = 1 << 16;

  /** Takes what it wants of a value. */
  interface Consumer {
    /** The reader is before the value, and must be behind it afterwards. */
    void accept(String name, JsonReader reader) throws IOException;
  }

  /**
   * Gives each member of the body, which must be one object.
   *
   * @throws ServeException if it is no JSON, or no object
   */
  void members(Consumer each) {
    JsonReader reader =
        new JsonReader(
            new InputStreamReader(
                new ByteArrayInputStream(bytes, 0, length), StandardCharsets.UTF_8));
    reader.setStrictness(Strictness.LENIENT);
    reader.setNestingLimit(NESTING);
    try {
      if (reader.peek() == JsonToken.BEGIN_OBJECT) {
        members(reader, each);
        if (reader.peek() == JsonToken.END_DOCUMENT) {
          return;
        }
      } else {
        reader.skipValue();
      }
    } catch (JsonParseException | IOException | NumberFormatException e) {
      String reason = String.valueOf(Throwables.getRootCause(e).getMessage());
      throw ServeException.invalid(
          "The body is not JSON: %s", reason.substring(0, Math.min(REASON, reason.length())));
    }
    throw ServeException.invalid("The body must be one JSON object.");
  }

  /** Gives each member of the object that comes next. */
  static void members(JsonReader reader, Consumer each) throws IOException {
    reader.beginObject();
    while (reader.hasNext()) {
      each.accept(reader.nextName(), reader);
    }
    reader.endObject();
  }

  /** Values as trees. One of these goes with a body, and all its trees share a bound. */
  static final class Trees {
    private int parts;

    /**
     * The value that comes next.
     *
     * @throws ServeException if the trees of the body have too many parts
     */
    JsonElement next(JsonReader reader) throws IOException {
      if (++parts > MOST_PARTS) {
        throw ServeException.invalid(
            "The request has, besides its data, more than %d parts.", MOST_PARTS);
      }
      return switch (reader.peek()) {
        case BEGIN_OBJECT -> {
          JsonObject object = new JsonObject();
          members(reader, (name, _) -> object.add(name, next(reader)));
          yield object;
        }
        case BEGIN_ARRAY -> {
          JsonArray array = new JsonArray();
          reader.beginArray();
          while (reader.hasNext()) {
            array.add(next(reader));
          }
          reader.endArray();
          yield array;
        }
        case NUMBER -> new JsonPrimitive(ToNumberPolicy.LAZILY_PARSED_NUMBER.readNumber(reader));
        case BOOLEAN -> new JsonPrimitive(reader.nextBoolean());
        case NULL -> {
          reader.nextNull();
          yield JsonNull.INSTANCE;
        }
        default -> new JsonPrimitive(reader.nextString());
      };
    }
  }
}
