/** A linear transformer that learns classifiers in context, with their certificates. */
module dev.holdfast.model {
    requires transitive dev.holdfast.kernel;

    exports dev.holdfast.model;
}
