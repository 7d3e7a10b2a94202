package dev.adjoint.train.data;

import java.util.List;

/** A row of a table: the line it starts on, from 1, and its fields. */
record CsvRow(int line, List<String> fields) {}
