package dev.holdfast.verify.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The handwritten digits that ship inside: 8 × 8 pixels in 0..16, ten classes. Rows 1..1000 are the demonstrations, the
 * others the queries. Source: E. Alpaydin and C. Kaynak, "Optical Recognition of Handwritten Digits", test split, UCI
 * Machine Learning Repository, 1998, CC BY 4.0.
 */
public final class Digits {
    private static final int PIXELS = 64;
    private static final int DEMONSTRATIONS = 1000;

    private Digits() {}

    /** The digits, pixels divided by 16. */
    public static DataSet load() {
        try (InputStream in = Digits.class.getResourceAsStream("digits.csv.gz")) {
            return parse(in, "digits.csv.gz");
        } catch (IOException e) {
            throw new DataException("digits.csv.gz: " + ImageFiles.reason(e) + ", expected the digits", e);
        }
    }

    /** Reads a gzipped CSV of 64 pixels and a class in each line. */
    static DataSet parse(InputStream in, String name) {
        List<byte[]> rows = new ArrayList<>();
        try (CsvReader<CsvRecord> reader = CsvReader.builder()
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .ofCsvRecord(new InputStreamReader(new GZIPInputStream(in), StandardCharsets.US_ASCII))) {
            for (CsvRecord line : reader) {
                rows.add(row(line, name));
            }
        } catch (IOException | UncheckedIOException | CsvParseException e) {
            throw new DataException(name + ": after line " + rows.size() + ": " + ImageFiles.reason(e)
                    + ", expected a gzipped CSV file", e);
        }
        if (rows.size() <= DEMONSTRATIONS) {
            throw new DataException(name + ": " + rows.size() + " lines, expected more than " + DEMONSTRATIONS);
        }
        return new DataSet(name, images(rows.subList(0, DEMONSTRATIONS)),
                images(rows.subList(DEMONSTRATIONS, rows.size())));
    }

    private static byte[] row(CsvRecord line, String name) {
        String where = name + ", line " + line.getStartingLineNumber();
        if (line.getFieldCount() != PIXELS + 1) {
            throw new DataException(where + ": " + line.getFieldCount() + " columns, expected " + (PIXELS + 1));
        }
        byte[] row = new byte[PIXELS + 1];
        for (int j = 0; j <= PIXELS; j++) {
            int greatest = j < PIXELS ? 16 : 9;
            String field = line.getField(j);
            int value = number(field);
            if (value < 0 || value > greatest) {
                throw new DataException(where + ", column " + (j + 1) + ": '" + field.replaceAll("\\R", " ")
                        + "', expected an integer in 0.." + greatest);
            }
            row[j] = (byte) value;
        }
        return row;
    }

    /** One or two decimal digits, or −1; by hand, since a regular expression for each field dominates the load. */
    private static int number(String field) {
        int value = field.isEmpty() || field.length() > 2 ? -1 : 0;
        for (int k = 0; k < field.length() && value >= 0; k++) {
            int digit = field.charAt(k) - '0';
            value = digit < 0 || digit > 9 ? -1 : 10 * value + digit;
        }
        return value;
    }

    private static LabelledImages images(List<byte[]> rows) {
        byte[] pixels = new byte[rows.size() * PIXELS];
        byte[] labels = new byte[rows.size()];
        for (int n = 0; n < labels.length; n++) {
            System.arraycopy(rows.get(n), 0, pixels, n * PIXELS, PIXELS);
            labels[n] = rows.get(n)[PIXELS];
        }
        return new LabelledImages(pixels, labels, PIXELS, 10, 16);
    }
}
