/**
 * Rounding attacks on certified radii: linear functions and queries that are hard to add up, libraries that answer them
 * with a radius, and a judge who takes every radius to fractions of integers. {@link dev.holdfast.verify.attacks.Library}
 * is what a library implements to be put into it.
 */
package dev.holdfast.verify.attacks;
