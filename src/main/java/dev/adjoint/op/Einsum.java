package dev.adjoint.op;

import dev.adjoint.graph.GraphException;
import dev.adjoint.graph.Value;
import dev.adjoint.tensor.DType;
import dev.adjoint.tensor.Dim;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Einstein's summation in terms of the primitives. {@code "bij,bjk->bik"} gives each axis of each
 * operand a letter; axes with one letter are equal, letters absent from the result are summed over.
 * Without {@code ->} the result has the letters that occur once, in alphabetical order. A letter
 * that occurs twice in one operand takes its diagonal.
 *
 * <p>Operands are contracted from left to right, two at a time.
 */
public final class Einsum {
  private static final Pattern EQUATION = Pattern.compile("[A-Za-z]*(,[A-Za-z]*)*(->[A-Za-z]*)?");

  /** A value with a letter an axis, all different. */
  private record Labelled(Value value, String letters) {
    List<Integer> axesOf(String wanted) {
      return wanted.chars().map(letters::indexOf).boxed().toList();
    }

    Labelled sumOver(String dropped) {
      if (dropped.isEmpty()) {
        return this;
      }
      int[] axes = dropped.chars().map(letters::indexOf).toArray();
      return new Labelled(value.sum(axes), without(letters, dropped));
    }
  }

  private Einsum() {}

  /**
   * Adds the nodes of an Einstein summation.
   *
   * @throws GraphException if the equation is malformed, or the operands do not fit it
   */
  public static Value of(String equation, List<Value> operands) {
    String spaceless = equation.replace(" ", "");
    if (!EQUATION.matcher(spaceless).matches()) {
      throw wrong(equation, "it is not of the form 'ij,jk->ik'");
    }
    int arrow = spaceless.indexOf("->");
    String left = arrow < 0 ? spaceless : spaceless.substring(0, arrow);
    String[] labels = left.split(",", -1);
    if (labels.length != operands.size()) {
      throw wrong(
          equation, "it names %d operands, given %d".formatted(labels.length, operands.size()));
    }
    String result = arrow < 0 ? implied(left) : spaceless.substring(arrow + 2);
    requireResult(equation, left, result);
    List<Labelled> labelled =
        IntStream.range(0, labels.length)
            .mapToObj(i -> diagonals(equation, operands.get(i), labels[i]))
            .toList();
    requireSizes(equation, labelled);
    return contract(labelled, result);
  }

  private static String implied(String left) {
    String all = left.replace(",", "");
    return keep(sorted(all), c -> all.indexOf(c) == all.lastIndexOf(c));
  }

  private static void requireResult(String equation, String left, String result) {
    for (int i = 0; i < result.length(); i++) {
      if (left.indexOf(result.charAt(i)) < 0) {
        throw wrong(equation, "no operand has the letter '%s'".formatted(result.charAt(i)));
      }
      if (result.indexOf(result.charAt(i)) != i) {
        throw wrong(equation, "the result names '%s' twice".formatted(result.charAt(i)));
      }
    }
  }

  private static void requireSizes(String equation, List<Labelled> operands) {
    for (Labelled a : operands) {
      for (Labelled b : operands) {
        for (char letter : keep(a.letters(), c -> b.letters().indexOf(c) >= 0).toCharArray()) {
          Dim left = a.value().dim(a.letters().indexOf(letter));
          Dim right = b.value().dim(b.letters().indexOf(letter));
          if (!left.equals(right)) {
            throw wrong(equation, "the letter '%s' is %s and %s".formatted(letter, left, right));
          }
        }
      }
    }
  }

  private static Value contract(List<Labelled> operands, String result) {
    Labelled product = operands.getFirst();
    for (int i = 1; i < operands.size(); i++) {
      StringBuilder later = new StringBuilder(result);
      operands.subList(i + 1, operands.size()).forEach(o -> later.append(o.letters()));
      product = pair(product, operands.get(i), later.toString());
    }
    Labelled summed = product.sumOver(keep(product.letters(), c -> result.indexOf(c) < 0));
    return summed.value().transpose(new Permutation(summed.axesOf(result)));
  }

  private static Labelled pair(Labelled a, Labelled b, String needed) {
    Labelled left = a.sumOver(alone(a, b, needed));
    Labelled right = b.sumOver(alone(b, a, needed));
    String shared = keep(left.letters(), c -> right.letters().indexOf(c) >= 0);
    String batch = keep(shared, c -> needed.indexOf(c) >= 0);
    String contracted = keep(shared, c -> needed.indexOf(c) < 0);
    Contraction.Dot dot =
        new Contraction.Dot(
            left.axesOf(contracted),
            right.axesOf(contracted),
            left.axesOf(batch),
            right.axesOf(batch));
    return new Labelled(
        left.value().builder().add(dot, left.value(), right.value()),
        batch + without(left.letters(), shared) + without(right.letters(), shared));
  }

  /** Letters that only this operand has and that nothing later needs. */
  private static String alone(Labelled own, Labelled other, String needed) {
    return keep(own.letters(), c -> other.letters().indexOf(c) < 0 && needed.indexOf(c) < 0);
  }

  /** Takes the diagonal of axes with one letter: elsewhere zero, then summed over the second. */
  private static Labelled diagonals(String equation, Value value, String letters) {
    if (letters.length() != value.rank()) {
      throw wrong(
          equation,
          "'%s' names %d axes, its operand '%s' is %s"
              .formatted(letters, letters.length(), value.name(), value.type()));
    }
    for (int second = 1; second < letters.length(); second++) {
      int first = letters.indexOf(letters.charAt(second));
      if (first < second) {
        String rest = letters.substring(0, second) + letters.substring(second + 1);
        return diagonals(equation, diagonal(equation, value, first, second), rest);
      }
    }
    return new Labelled(value, letters);
  }

  private static Value diagonal(String equation, Value value, int first, int second) {
    if (!value.dim(first).equals(value.dim(second))) {
      throw wrong(
          equation,
          "the axes %d and %d of '%s' %s share a letter and differ in size"
              .formatted(first, second, value.name(), value.type()));
    }
    Value row = Source.iota(value.builder(), value.type().withDType(DType.INT64), first);
    Value column = Source.iota(value.builder(), value.type().withDType(DType.INT64), second);
    return Logic.select(row.eq(column), value, value.like(0)).sum(second);
  }

  private static String keep(String letters, java.util.function.IntPredicate kept) {
    return letters
        .chars()
        .filter(kept)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static String without(String letters, String dropped) {
    return keep(letters, c -> dropped.indexOf(c) < 0);
  }

  private static String sorted(String letters) {
    return letters
        .chars()
        .sorted()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static GraphException wrong(String equation, String why) {
    return new GraphException("", "einsum", "einsum '%s': %s.".formatted(equation, why));
  }
}
