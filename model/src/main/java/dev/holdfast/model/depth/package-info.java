/** Linear transformers of any depth, on the moments of demonstrations. */
package dev.holdfast.model.depth;
