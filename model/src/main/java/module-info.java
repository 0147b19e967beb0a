/** A linear transformer that learns classifiers in context, with their certificates. */
@SuppressWarnings("module") // that of the command line, which writes its files as this one does, is built later
module dev.holdfast.model {
    requires transitive dev.holdfast.kernel;

    exports dev.holdfast.model;
    exports dev.holdfast.model.archive to
            dev.holdfast.verify;
}
