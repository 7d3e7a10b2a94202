package dev.adjoint.draw;

import java.util.List;

/**
 * One box of a picture: a node, a scope that stands for its nodes, or a result.
 *
 * @param role decides the colours
 * @param scope the scopes around it, from the outside in
 * @param lines what is written in it; the first is the heading
 * @param result what leaves it, written where its arrows start
 * @param detail everything about it, shown by a pointer that rests on it
 */
record Box(Role role, List<String> scope, List<String> lines, String result, String detail) {
  Box {
    scope = List.copyOf(scope);
    lines = List.copyOf(lines);
  }
}
