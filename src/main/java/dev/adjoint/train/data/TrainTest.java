package dev.adjoint.train.data;

/**
 * Examples to learn from and examples to judge by, which share none.
 *
 * @param train what is learned from
 * @param test what only the final judgement sees
 */
public record TrainTest(Dataset train, Dataset test) {}
