/** The reference, real and synthetic tasks, experiments and the command line. */
module dev.holdfast.verify {
    requires com.google.gson;
    requires de.siegmar.fastcsv;
    requires dev.holdfast.kernel;
    requires dev.holdfast.model;
    requires info.picocli;
    requires java.logging;
    requires me.tongfei.progressbar;

    exports dev.holdfast.verify.reference;

    opens dev.holdfast.verify.cli to
            com.google.gson,
            info.picocli;
    opens dev.holdfast.verify.experiments to
            com.google.gson;
}
