/**
 * Other libraries at the same work on the same data, one class a library and an operation. Each is given one thread,
 * its data in the form it likes best, and the order of operations that costs it least.
 */
package dev.holdfast.bench.peers;
