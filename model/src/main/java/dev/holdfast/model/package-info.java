/**
 * Classifiers in context, without training: a {@link dev.holdfast.model.State} keeps what matters of clean
 * demonstrations, a {@link dev.holdfast.model.Learner} reads a classifier from it, and a
 * {@link dev.holdfast.model.Classifier} answers, says how far each answer can be trusted, and can prove it.
 *
 * <p>There are two families of learners. {@link dev.holdfast.model.RobustBayes} is the best classifier against
 * perturbations of a given size that means and covariances allow. {@link dev.holdfast.model.LinearTransformer} is a
 * single-layer linear transformer, whose weights are the ideal ones, or {@link dev.holdfast.model.Pretraining} trains
 * them, or {@link dev.holdfast.model.ExactOptimum} knows them, or a file holds them. Both learn from
 * {@link dev.holdfast.model.Rows} with labels −1 and +1, or, with labels of any type and more classes than two, a
 * {@link dev.holdfast.model.MultiClassifier}. A {@link dev.holdfast.model.Threat} says what an adversary may do to a
 * query; {@link dev.holdfast.model.Influence} says which demonstrations an answer hangs on, and
 * {@link dev.holdfast.model.Hijacking} and {@link dev.holdfast.model.HijackingBound} how many of them an adversary has to get
 * at to change it.
 *
 * <p>States change, and are safe to share between threads; so is everything else here, which is immutable, except for a
 * run of pretraining, and that {@link dev.holdfast.model.Rows} may be a view of an array the caller owns. Errors are
 * {@link java.lang.IllegalArgumentException} and name the argument, its value and what was expected, or
 * {@link java.lang.IllegalStateException} where it is the state that cannot do it; an argument that is {@code null} is
 * a {@link java.lang.NullPointerException} that names it, mostly in the JVM's own words, which the JVM leaves out where
 * compiled code has thrown the same many times.
 *
 * <p>What can be saved has {@code save} to a path of any file system and to a stream, {@code toBytes}, and {@code load}
 * from all three, with the same bytes everywhere; it is {@link java.io.Serializable}, and its serialised form holds
 * these bytes. Learners, threats and answers are serialisable, too. Streams are neither closed nor read beyond what was
 * saved. Errors in files are {@link java.io.IOException} and name the file, or
 * {@link java.nio.file.NoSuchFileException} where there is none. Reading takes memory for the bytes that are there and,
 * once they are known to be whole, for what they unpack to.
 */
package dev.holdfast.model;
