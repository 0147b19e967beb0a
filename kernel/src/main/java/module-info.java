/** Linear attention and its closed-form adversary: arrays in, arrays out, by the Vector API or in plain Java. */
module dev.holdfast.kernel {
    requires static jdk.incubator.vector; // plain Java runs where it is not there

    exports dev.holdfast.kernel;
}
