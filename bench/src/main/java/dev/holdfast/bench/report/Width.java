package dev.holdfast.bench.report;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Bits of the vectors that Holdfast and its peers have.
 *
 * @param bits of one vector
 * @param jvmArgs what holds a JVM to them
 * @param peers what holds the libraries in native code to them, as variables of the environment
 */
record Width(int bits, List<String> jvmArgs, Map<String, String> peers) {
    private static final Width WIDEST = new Width(8 * maxVectorSize(), List.of(), Map.of());
    private static final Width HALF = new Width(256, List.of("-XX:UseAVX=2"), Map.of(
            "OPENBLAS_CORETYPE", "Haswell",
            "ATEN_CPU_CAPABILITY", "avx2",
            "ONEDNN_MAX_CPU_ISA", "AVX2",
            "MKL_ENABLE_INSTRUCTIONS", "AVX2"));

    /** All that this machine can have, the widest first: AVX-512 can be held to AVX2. */
    static List<Width> all() {
        return WIDEST.bits == 2 * HALF.bits ? List.of(WIDEST, HALF) : List.of(WIDEST);
    }

    /** What the option --bits says. */
    static Width named(String bits) {
        return all().stream()
                .filter(width -> width.toString().equals(bits))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--bits = " + bits + ", expected one of " + all()));
    }

    @Override
    public String toString() {
        return Integer.toString(bits);
    }

    private static int maxVectorSize() {
        HotSpotDiagnosticMXBean hotSpot = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Integer.parseInt(hotSpot.getVMOption("MaxVectorSize").getValue());
    }

    /** Runs a program once more, for this width alone. */
    void run(Class<?> program, String[] arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), program.getName(), "--bits", "" + bits));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().keySet().removeIf(name -> name.startsWith("OPENBLAS_"));
        builder.environment().putAll(peers);
        int end = builder.start().waitFor();
        if (end != 0) {
            throw new IOException("the run with vectors of " + bits + " bits ended with " + end);
        }
    }
}
