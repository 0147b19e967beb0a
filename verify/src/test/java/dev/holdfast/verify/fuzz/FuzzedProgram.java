package dev.holdfast.verify.fuzz;

/** What Jazzer calls, by these names: one target, which the first argument names. */
public final class FuzzedProgram {
    private static Target target;

    private FuzzedProgram() {}

    public static void fuzzerInitialize(String[] arguments) throws Exception {
        target = Targets.all().get(arguments[0]);
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.feed(input);
    }
}
