package dev.holdfast.verify.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/**
 * Samples in a CSV file: a header, then a row a sample, with a number for every feature and, in one column, a label.
 * Rows are read one after the other in constant memory. Every error is a {@link DataException} that names the file and,
 * of a row, line and column.
 */
public final class CsvSamples implements Closeable {
    private static final char BYTE_ORDER_MARK = '\ufeff';

    private final Path file;
    private final Counted bytes;
    private final CsvReader<CsvRecord> reader;
    private final Iterator<CsvRecord> records;
    private final List<String> header;
    private final List<String> features;
    /** By feature: its column. */
    private final int[] columns;
    /** Or −1. */
    private final int labelColumn;

    /** Edges of the box that features lie in, or {@code null}, and the doubles that are nearest to them. */
    private BigDecimal low;

    private BigDecimal high;
    private double nearLow = Double.NEGATIVE_INFINITY;
    private double nearHigh = Double.POSITIVE_INFINITY;

    private CsvRecord row;
    private final Rounding rounding = new Rounding();

    /** How much of a file has been read. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count += Math.max(read, 0);
            return read;
        }
    }

    private CsvSamples(Path file, Counted bytes, Reader text, String label, List<String> wanted) {
        this.file = file;
        this.bytes = bytes;
        this.reader = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .allowUnclosedQuote(false)
                .allowExtraCharsAfterClosingQuote(false)
                .skipEmptyLines(false)
                .ofCsvRecord(text);
        this.records = reader.iterator();
        this.header = header();
        this.labelColumn = label == null ? -1 : header.indexOf(label);
        this.features = wanted != null ? wanted : header.stream().filter(name -> !name.equals(label)).toList();
        this.columns = new int[features.size()];
        for (int j = 0; j < columns.length; j++) {
            columns[j] = header.indexOf(features.get(j));
            if (columns[j] < 0) {
                throw new DataException(file + ": no column '" + features.get(j) + "', expected it as the context has it");
            }
        }
    }

    /**
     * A file in which every column but that of the label is a feature.
     *
     * @param copy of the file, or itself, that is read; errors say {@code file}
     */
    public static CsvSamples labelled(Path file, Path copy, String label) {
        CsvSamples samples = open(copy, file, label, null);
        if (samples.labelColumn < 0 || samples.columns.length == 0) {
            samples.close();
            throw new DataException(samples.labelColumn < 0
                    ? file + ": no column '" + label + "', expected it for the label"
                    : file + ": no column beside '" + label + "', expected at least one feature");
        }
        return samples;
    }

    /**
     * A file with the columns of these features, in any order, and others, which are not read.
     *
     * @param features at least one
     * @param label the column of the label, which the file may lack; {@code null} for none
     */
    public static CsvSamples withFeatures(Path file, List<String> features, String label) {
        if (features.isEmpty()) {
            throw new IllegalArgumentException("features has no name, expected those of the columns to read");
        }
        return open(file, file, label, features);
    }

    private static CsvSamples open(Path read, Path file, String label, List<String> features) {
        Counted bytes = null;
        try {
            bytes = new Counted(Files.newInputStream(read));
            return new CsvSamples(file, bytes, text(bytes), label, features);
        } catch (IOException | RuntimeException e) {
            DataException bad = e instanceof DataException known ? known : notCsv(file, e);
            try {
                if (bytes != null) {
                    bytes.close();
                }
            } catch (IOException left) {
                bad.addSuppressed(left);
            }
            throw bad;
        }
    }

    private static DataException notCsv(Path file, Exception e) {
        return new DataException(file + ": " + ImageFiles.reason(e) + ", expected a CSV file", e);
    }

    /** Its characters, without the mark that some programs put before them. */
    private static Reader text(InputStream bytes) throws IOException {
        BufferedReader text = new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
        text.mark(1);
        if (text.read() != BYTE_ORDER_MARK) {
            text.reset();
        }
        return text;
    }

    private List<String> header() {
        if (!advance()) {
            throw new DataException(file + ": no line, expected a header");
        }
        List<String> names = row.getFields();
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw bad("two columns '" + name + "', expected each name once");
            }
        }
        return names;
    }

    private boolean advance() {
        try {
            do {
                row = records.hasNext() ? records.next() : null;
            } while (row != null && isBlank());
            return row != null;
        } catch (UncheckedIOException | CsvParseException e) {
            throw new DataException(file + (row == null ? "" : ", after line " + row.getStartingLineNumber()) + ": "
                    + ImageFiles.reason(e) + ", expected CSV in UTF-8", e);
        }
    }

    /** A line without anything is passed over, unless it may be the empty field of an only column. */
    private boolean isBlank() {
        return row.getFieldCount() == 1 && row.getField(0).isEmpty() && (header == null || header.size() > 1);
    }

    /** Names of the features, in the order of a sample's numbers. */
    public List<String> features() {
        return features;
    }

    /** From now on a feature outside of low..high, as it stands in the file, is an error. */
    public void inBox(BigDecimal low, BigDecimal high) {
        this.low = low;
        this.high = high;
        this.nearLow = low.doubleValue();
        this.nearHigh = high.doubleValue();
    }

    /** Whether there is the label's column. */
    public boolean hasLabels() {
        return labelColumn >= 0;
    }

    /**
     * Reads the next sample.
     *
     * @param x d features, overwritten by the floats that are nearest
     * @return whether there was one
     */
    public boolean next(float[] x) {
        if (!nextLabel()) {
            return false;
        }
        rounding.clear();
        for (int j = 0; j < columns.length; j++) {
            x[j] = number(columns[j]);
        }
        return true;
    }

    /** How far the sample that was read last lies from what stands in the file. Overwritten by the next one. */
    public Rounding rounding() {
        return rounding;
    }

    /** Goes to the next sample, of which only the label is read. */
    public boolean nextLabel() {
        if (!advance()) {
            return false;
        }
        checkColumns();
        return true;
    }

    private void checkColumns() {
        if (row.getFieldCount() != header.size()) {
            throw bad(row.getFieldCount() + " columns, expected " + header.size() + " as the header has");
        }
    }

    private float number(int column) {
        String field = row.getField(column);
        float value;
        double nearest;
        try {
            value = Decimals.toFloat(field);
            nearest = Decimals.toDouble(field);
        } catch (NumberFormatException e) {
            value = Float.NaN;
            nearest = Double.NaN;
        }
        if (!Float.isFinite(value)) {
            throw badField(column, field.length() > Decimals.LONGEST
                    ? "at most " + Decimals.LONGEST + " characters" : "a finite number");
        }
        if (!isInBox(field, nearest)) {
            throw badField(column, "a number in the box " + low + ".." + high);
        }
        rounding.add(Decimals.distance(field, nearest, value));
        return value;
    }

    /** What is as near to an edge as a double tells is held against it in full. */
    private boolean isInBox(String field, double nearest) {
        return nearest > nearLow && nearest < nearHigh
                || nearest >= nearLow && nearest <= nearHigh
                && Decimals.exact(field).compareTo(low) >= 0 && Decimals.exact(field).compareTo(high) <= 0;
    }

    /** The label of the sample that was read last. */
    public String label() {
        return row.getField(labelColumn);
    }

    /** The error for that label. */
    public DataException badLabel(String expected) {
        return badField(labelColumn, expected);
    }

    /** The error for the sample that was read last. */
    public DataException bad(String message) {
        return new DataException(file + ", line " + row.getStartingLineNumber() + ": " + message);
    }

    private DataException badField(int column, String expected) {
        String field = row.getField(column).replaceAll("\\R", " ");
        String shown = field.length() > 40 ? field.substring(0, 40) + "…" : field;
        return new DataException(file + ", line " + row.getStartingLineNumber() + ", column '" + header.get(column)
                + "': '" + shown + "', expected " + expected);
    }

    /** How many bytes of the file have been read. */
    public long bytesRead() {
        return bytes.count;
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw notCsv(file, e);
        }
    }
}
