/**
 * A linear transformer that learns a classifier in context from clean demonstrations, with exact certificates.
 *
 * <p>{@link dev.holdfast.model.LinearTransformer} learns from {@link dev.holdfast.model.Rows} with labels −1 and +1 and
 * gives an {@link dev.holdfast.model.InContextClassifier}, which answers, and says what a
 * {@link dev.holdfast.model.Threat} can do to an answer; with labels of any type and more classes than two it is a
 * {@link dev.holdfast.model.MultiClassifier}; {@link dev.holdfast.model.Preprocessing} centres and aligns the
 * features; {@link dev.holdfast.model.Influence} says which demonstrations an answer hangs on. In a
 * {@link dev.holdfast.model.Context} they come and go, in a {@link dev.holdfast.model.FadingContext} they fade, and
 * from a {@link dev.holdfast.model.GramContext} any weights read, for two classes or for many. A transformer's weights
 * are the ideal ones, or {@link dev.holdfast.model.Pretraining} trains them, or
 * {@link dev.holdfast.model.ExactOptimum} knows them, or a file holds them. Contexts change, and are safe to share
 * between threads; so is everything else here, which is immutable, except for a run of pretraining, and that
 * {@link dev.holdfast.model.Rows} may be a view of an array the caller owns. Errors are
 * {@link java.lang.IllegalArgumentException} and name the argument, its value and what was expected, or
 * {@link java.lang.IllegalStateException} where it is the context that cannot do it; those in files are
 * {@link java.io.IOException} and name the file.
 */
package dev.holdfast.model;
