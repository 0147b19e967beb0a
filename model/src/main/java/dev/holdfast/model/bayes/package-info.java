/**
 * The robust Bayes classifier of two normal classes as a convex problem: covariances, solvers for ℓ∞, ℓ2 and ℓ1, and
 * the duality gap that says how good a solution is. Nothing here knows states or labels.
 */
package dev.holdfast.model.bayes;
