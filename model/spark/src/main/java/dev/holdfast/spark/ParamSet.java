package dev.holdfast.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;

/** The parameters of one estimator or model: {@link HoldfastParams} says what they mean. */
final class ParamSet implements Serializable {
    private static final long serialVersionUID = 1;

    final Param<String> featuresCol;
    final Param<String> labelCol;
    final Param<String> predictionCol;
    final Param<String> rawPredictionCol;
    final Param<String> probabilityCol;
    final Param<String> radiusCol;
    final Param<String> certifiedCol;
    final Param<String> learner;
    final Param<String> scheme;
    final Param<String> norm;
    final DoubleParam epsilon;
    final DoubleArrayParam box;
    final BooleanParam exact;
    final Param<String> handleInvalid;

    ParamSet(Params parent) {
        featuresCol = new Param<>(parent, "featuresCol", "features: a vector, array<float> or array<double>");
        labelCol = new Param<>(parent, "labelCol", "label: a number or a string");
        predictionCol = new Param<>(parent, "predictionCol", "answer, of the label's type; \"\" for none");
        rawPredictionCol = new Param<>(parent, "rawPredictionCol", "score or votes of each class; \"\" for none");
        probabilityCol = new Param<>(
                parent, "probabilityCol", "probability of each class, where the learner has them; \"\" for none");
        radiusCol = new Param<>(parent, "radiusCol", "no smaller perturbation changes the answer; \"\" for none");
        certifiedCol = new Param<>(parent, "certifiedCol", "whether the radius is greater than epsilon; \"\" for none");
        learner = new Param<>(parent, "learner", LearnerByName.NAMES + " (default: bayes:NORM:EPSILON)");
        scheme = oneOf(parent, "scheme", "each class against each other, or against the rest", Scheme.NAMES);
        norm = oneOf(parent, "norm", "of perturbations", Threats.NORMS);
        epsilon = new DoubleParam(parent, "epsilon", "size of perturbations to be robust against, in the features' unit",
                ParamValidators.gtEq(0));
        box = new DoubleArrayParam(parent, "box", "low, high: queries and perturbed ones stay within (default: no box)");
        exact = new BooleanParam(parent, "exact", "sums without rounding, the same bits for every order of rows");
        handleInvalid = oneOf(parent, "handleInvalid", "what becomes of invalid rows", InvalidRow.NAMES);
    }

    private static Param<String> oneOf(Params parent, String name, String what, List<String> names) {
        return new Param<>(parent, name, what + ": " + String.join(", ", names), ParamValidators.inArray(names));
    }

    void setDefaults(Params parent) {
        parent.setDefault(featuresCol, "features");
        parent.setDefault(labelCol, "label");
        parent.setDefault(predictionCol, "prediction");
        parent.setDefault(rawPredictionCol, "rawPrediction");
        parent.setDefault(probabilityCol, "probability");
        parent.setDefault(radiusCol, "radius");
        parent.setDefault(certifiedCol, "certified");
        parent.setDefault(scheme, Scheme.PAIRS);
        parent.setDefault(norm, "linf");
        parent.setDefault(epsilon, 0.0);
        parent.setDefault(exact, true);
        parent.setDefault(handleInvalid, InvalidRow.NAMES.get(0));
    }
}
