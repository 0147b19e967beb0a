package dev.holdfast.verify.attacks;

/** What is asked of a library: functions, a query inside the box, and what an adversary may do to it. */
record Case(Functions functions, float[] x, Allowed allowed) {}
