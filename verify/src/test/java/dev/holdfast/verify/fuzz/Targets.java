package dev.holdfast.verify.fuzz;

import dev.holdfast.verify.cli.CommandTarget;
import dev.holdfast.verify.data.DataTargets;
import dev.holdfast.verify.model.ExactStateTarget;
import dev.holdfast.verify.model.LearnerTargets;
import dev.holdfast.verify.model.LoaderTarget;
import dev.holdfast.verify.report.ReportTarget;
import java.util.Map;
import java.util.TreeMap;

/** All that is fuzzed, by name. */
final class Targets {
    private Targets() {}

    static Map<String, Target> all() {
        Map<String, Target> targets = new TreeMap<>(LoaderTarget.all());
        targets.putAll(DataTargets.all());
        targets.putAll(LearnerTargets.all());
        targets.put("exact-state", new ExactStateTarget());
        targets.put("report", new ReportTarget());
        targets.put("command", new CommandTarget());
        return targets;
    }
}
