/** What experiments found, and the page that shows it: figures, tables and their numbers. */
package dev.holdfast.verify.report;
