/** Learners in context for Apache Spark: an estimator and a model of Spark ML, and functions of Spark SQL. */
package dev.holdfast.spark;
