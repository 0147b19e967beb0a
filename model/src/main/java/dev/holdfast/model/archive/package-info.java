/**
 * Files: named arrays and a little text in, the same out, as NumPy's .npz, and safe replacement of a file. Nothing here
 * knows what the arrays mean.
 */
package dev.holdfast.model.archive;
