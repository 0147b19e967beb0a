package dev.holdfast.spark;

import dev.holdfast.model.Threat;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * The parameters that {@link HoldfastClassifier} and {@link HoldfastModel} share.
 *
 * @param <T> which of the two
 */
public interface HoldfastParams<T extends HoldfastParams<T>> extends Params {
    /** Not for callers: what the methods below give. */
    ParamSet own();

    /** Features: a vector, dense or sparse, array&lt;float&gt; or array&lt;double&gt;; doubles are rounded to floats. */
    default Param<String> featuresCol() {
        return own().featuresCol;
    }

    /** Labels: numbers or strings. */
    default Param<String> labelCol() {
        return own().labelCol;
    }

    /** The column of answers: doubles where labels are numbers, or else strings. */
    default Param<String> predictionCol() {
        return own().predictionCol;
    }

    /** The column of the scores, or of the votes, of each class. */
    default Param<String> rawPredictionCol() {
        return own().rawPredictionCol;
    }

    /** The column of the probabilities of each class, where the learner has them. */
    default Param<String> probabilityCol() {
        return own().probabilityCol;
    }

    /** The column of radii: no smaller perturbation that the norm and the box allow changes the answer. */
    default Param<String> radiusCol() {
        return own().radiusCol;
    }

    /** The column that says whether the radius is greater than {@link #epsilon}. */
    default Param<String> certifiedCol() {
        return own().certifiedCol;
    }

    /** The learner, by a name of {@link dev.holdfast.model.Learner#NAMES} or a path of weights that ends with {@code .npz}. */
    default Param<String> learner() {
        return own().learner;
    }

    /** {@code pairs}: each class against each other, by votes; {@code rest}: each class against the rest. */
    default Param<String> scheme() {
        return own().scheme;
    }

    /** Of perturbations: {@code linf}, {@code l2} or {@code l1}. */
    default Param<String> norm() {
        return own().norm;
    }

    /** Size of perturbations, in the features' unit: to learn against, where the learner has no name, and to certify. */
    default DoubleParam epsilon() {
        return own().epsilon;
    }

    /** Low and high: queries, and perturbed ones, have no feature outside. */
    default DoubleArrayParam box() {
        return own().box;
    }

    /** Whether sums are kept without rounding: then a model has the same bits for every order and partitioning of rows. */
    default BooleanParam exact() {
        return own().exact;
    }

    /**
     * What becomes of rows that are invalid: {@code error}; {@code skip}, they are left out; {@code keep}, they stay, with
     * null for answers, and nothing is learnt from them.
     */
    default Param<String> handleInvalid() {
        return own().handleInvalid;
    }

    private <V> T with(Param<V> param, V value) {
        set(param, value);
        @SuppressWarnings("unchecked")
        T self = (T) this;
        return self;
    }

    /** Sets {@link #featuresCol}. */
    default T setFeaturesCol(String value) {
        return with(featuresCol(), value);
    }

    /** Sets {@link #predictionCol}. */
    default T setPredictionCol(String value) {
        return with(predictionCol(), value);
    }

    /** Sets {@link #rawPredictionCol}. */
    default T setRawPredictionCol(String value) {
        return with(rawPredictionCol(), value);
    }

    /** Sets {@link #probabilityCol}. */
    default T setProbabilityCol(String value) {
        return with(probabilityCol(), value);
    }

    /** Sets {@link #radiusCol}. */
    default T setRadiusCol(String value) {
        return with(radiusCol(), value);
    }

    /** Sets {@link #certifiedCol}. */
    default T setCertifiedCol(String value) {
        return with(certifiedCol(), value);
    }

    /** Sets {@link #norm}. */
    default T setNorm(String value) {
        return with(norm(), value);
    }

    /** Sets {@link #epsilon}. */
    default T setEpsilon(double value) {
        return with(epsilon(), value);
    }

    /** Sets {@link #box}. */
    default T setBox(double low, double high) {
        double[] edges = {low, high};
        Threats.checkBox(edges);
        return with(box(), edges);
    }

    /** Sets {@link #handleInvalid}. */
    default T setHandleInvalid(String value) {
        return with(handleInvalid(), value);
    }

    /** Of {@link #norm} in {@link #box}. */
    default Threat threat() {
        return Threats.threat(getOrDefault(norm()), Threats.box(this));
    }
}
