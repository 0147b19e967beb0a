package dev.holdfast.model.certificate;

/** The norm in which a perturbation, divided by its budgets, is measured. */
public enum Norm {
    LINF,
    L2,
    L1
}
