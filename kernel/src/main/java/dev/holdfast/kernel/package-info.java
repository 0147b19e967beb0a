/**
 * The arithmetic of a single-layer linear transformer on plain arrays, and systems of linear equations in double.
 *
 * <p>Conventions that hold for every method here:
 * <ul>
 * <li>The caller owns every array. A method keeps no reference and allocates nothing; where it needs room it asks
 *     for a {@code work} array, whose contents on entry do not matter and on return mean nothing.
 * <li>A matrix is row-major. {@code stride} is the distance between the starts of two rows, in elements, and is at
 *     least the row's length; what lies between the rows is never used.
 * <li>{@code d} is the number of features. A demonstration is z = (x, y) ∈ R^{d+1}: the features x and the label y.
 * <li>Arguments are checked: {@link java.lang.IllegalArgumentException} names the argument, its value and what was
 *     expected, and nothing has been written then. The values in the arrays are not checked.
 * <li>The order of every sum is part of the contract, so that plain Java and vectors of any width give the same bits.
 *     A <em>dot product in L lanes</em> is: its terms are continued by (+0)·(+0) to a multiple of L; lane l = 0..L−1
 *     starts at +0 and takes the terms j = l, l+L, l+2L, … in that order, each by one fused multiply-add; then lanes l
 *     and l+L/2 are added, then l and l+L/4, until one is left. (The continuation shows in the sign of a zero alone.)
 *     Where entries are not finite, results are not finite either, and their bits are left open.
 * </ul>
 * Which implementation runs is {@link dev.holdfast.kernel.Implementation}'s choice, made once per JVM.
 */
package dev.holdfast.kernel;
