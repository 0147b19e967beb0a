package dev.holdfast.verify.attacks;

/** As another library is put into the suite: this one answers class 0 and promises it within 1. */
public final class OneForAllLibrary implements Library {
    /** As the command makes it, by its name. */
    public OneForAllLibrary() {}

    @Override
    public String name() {
        return "one for all";
    }

    @Override
    public Certificate certify(Functions functions, float[] x, Allowed allowed) {
        return new Certificate(0, 1);
    }
}
