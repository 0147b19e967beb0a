/** The reference, real and synthetic tasks, experiments and the command line. */
@SuppressWarnings("requires-automatic") // xchart names its module in its manifest alone
module dev.holdfast.verify {
    requires com.google.gson;
    requires de.siegmar.fastcsv;
    requires dev.holdfast.kernel;
    requires dev.holdfast.model;
    requires info.picocli;
    requires java.desktop;
    requires java.logging;
    requires jdk.incubator.vector; // so that kernels run by it, without a flag
    requires me.tongfei.progressbar;
    requires org.knowm.xchart;

    exports dev.holdfast.verify.attacks;
    exports dev.holdfast.verify.reference;

    opens dev.holdfast.verify.cli to
            com.google.gson,
            info.picocli;
    opens dev.holdfast.verify.experiments to
            com.google.gson;
    opens dev.holdfast.verify.report to
            com.google.gson;
}
