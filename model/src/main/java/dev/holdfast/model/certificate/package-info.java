/**
 * Certificates: the exact sign of a linear function, exact radii and worst queries under what an adversary may do,
 * rounded to the safe side. Nothing here knows where the function came from.
 */
package dev.holdfast.model.certificate;
