/** Kernel and model in one module. */
module dev.holdfast {
    requires static jdk.incubator.vector;

    exports dev.holdfast.kernel;
    exports dev.holdfast.model;
}
