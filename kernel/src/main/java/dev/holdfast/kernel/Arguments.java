package dev.holdfast.kernel;

/**
 * The checks of the public methods: each throws with the argument's name, its value and what was expected. No text is
 * made before it is needed: a check that passes allocates nothing.
 */
final class Arguments {
    private Arguments() {}

    static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " = " + value + ", expected at least " + least);
        }
    }

    /** Room for {@code count} elements of an array of {@code length} from {@code offset}. */
    static void range(String name, int length, int offset, long count) {
        if (offset < 0) {
            throw new IllegalArgumentException(name + "Offset = " + offset + ", expected at least 0");
        }
        if (offset + count > length) {
            throw new IllegalArgumentException(name + ".length = " + length + ", expected at least " + (offset + count)
                    + " (" + count + " elements from " + name + "Offset = " + offset + ")");
        }
    }

    static void length(String name, int length, long expected) {
        if (length < expected) {
            throw new IllegalArgumentException(name + ".length = " + length + ", expected at least " + expected);
        }
    }

    /** A d × d matrix, row-major without gaps, at the front of an array. */
    static void square(String name, int length, int d) {
        atLeast("d", d, 1);
        length(name, length, (long) d * d);
    }

    /** Room for {@code rows} rows of {@code columns} elements, {@code stride} apart. */
    static void matrix(String name, int length, int offset, int stride, int rows, int columns) {
        atLeast("rows", rows, 0);
        if (stride < columns) {
            throw new IllegalArgumentException(
                    name + "Stride = " + stride + ", expected at least the row's length " + columns);
        }
        range(name, length, offset, rows == 0 ? 0 : (rows - 1L) * stride + columns);
    }

    /** Room for a matrix whose rows are {@code row} elements apart and whose columns {@code column} elements. */
    static void strided(String name, int length, int offset, int rows, int row, int columns, int column) {
        if (row < 0 || column < 0) {
            throw new IllegalArgumentException(name + "Row = " + row + " and " + name + "Column = " + column
                    + ", expected both at least 0");
        }
        boolean empty = rows == 0 || columns == 0;
        range(name, length, offset, empty ? 0 : (rows - 1L) * row + (columns - 1L) * column + 1);
    }

    /** Kernels read their inputs while they write: an output is an array of its own. */
    static void distinct(String outputName, Object output, String inputName, Object input) {
        if (output == input) {
            throw new IllegalArgumentException(
                    outputName + " is the same array as " + inputName + ", expected an array of its own");
        }
    }
}
