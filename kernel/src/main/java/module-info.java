/** Linear attention and its closed-form adversary: arrays in, arrays out, by the Vector API or in plain Java. */
module dev.holdfast.kernel {
    requires jdk.incubator.vector;

    exports dev.holdfast.kernel;
}
