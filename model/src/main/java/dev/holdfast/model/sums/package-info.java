/**
 * What states keep of demonstrations: sums over them, exact ones, from which rows can be removed, and fast ones, which
 * grow and fade. Nothing here knows labels by name, learners or files of whole states.
 */
package dev.holdfast.model.sums;
