package dev.adjoint.serve;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.Optional;

/** The members of a JSON request; one of another kind than expected is the caller's mistake. */
final class JsonMembers {
  private static final int SHOWN = 40;
  private static final int DIGITS = 40;

  private JsonMembers() {}

  private static ServeException wrong(String name, String wanted, JsonElement given) {
    String text = given.toString();
    return ServeException.invalid(
        "'%s' must be %s, given %s.",
        name, wanted, text.substring(0, Math.min(SHOWN, text.length())));
  }

  static JsonObject object(String name, JsonElement given) {
    if (given.isJsonObject()) {
      return given.getAsJsonObject();
    }
    throw wrong(name, "an object", given);
  }

  /** The object of this name, or an empty one. */
  static JsonObject objectOrEmpty(JsonObject owner, String name) {
    return owner.has(name) ? object(name, owner.get(name)) : new JsonObject();
  }

  /** The array of this name, which is there. */
  static JsonArray array(JsonObject owner, String name) {
    JsonElement given = owner.get(name);
    if (given.isJsonArray()) {
      return given.getAsJsonArray();
    }
    throw wrong(name, "an array", given);
  }

  static Optional<String> text(JsonObject owner, String name) {
    Optional<JsonElement> given = Optional.ofNullable(owner.get(name));
    return given.map(element -> {
      if (element instanceof JsonPrimitive text && text.isString()) {
        return text.getAsString();
      }
      throw wrong(name, "a string", element);
    });
  }

  static boolean flag(JsonObject owner, String name, boolean otherwise) {
    Optional<JsonElement> given = Optional.ofNullable(owner.get(name));
    return given
        .map(element -> {
          if (element instanceof JsonPrimitive flag && flag.isBoolean()) {
            return flag.getAsBoolean();
          }
          throw wrong(name, "true or false", element);
        })
        .orElse(otherwise);
  }

  /** A whole number, and not one that would have to be rounded or cut to be one. */
  static long whole(String name, JsonElement given) {
    try {
      if (given instanceof JsonPrimitive number
          && number.isNumber()
          && number.getAsString().length() <= DIGITS) {
        return new BigDecimal(number.getAsString()).longValueExact();
      }
    } catch (ArithmeticException | NumberFormatException _) {
      // Said below.
    }
    throw wrong(name, "a whole number of 64 bits", given);
  }
}
