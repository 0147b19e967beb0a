package dev.holdfast.model.archive;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JSON object (RFC 8259) of strings and numbers alone, in the order of its keys. Reading is strict: one object, the
 * whole text, no key twice. Errors are {@link IllegalArgumentException}.
 */
public final class FlatJson {
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9]\\d*+)(\\.\\d++)?+([eE][-+]?\\d++)?+");
    /** The letters behind a backslash, and what each means. */
    private static final String NAMED = "\"\\/bfnrt";
    private static final String MEANT = "\"\\/\b\f\n\r\t";

    /** String, Long (an integer that fits) or Double (any other number). */
    private final Map<String, Object> values = new LinkedHashMap<>();

    public FlatJson put(String key, String value) {
        values.put(key, value);
        return this;
    }

    public FlatJson put(String key, long value) {
        values.put(key, value);
        return this;
    }

    /** JSON has no word for what is not finite. */
    public FlatJson put(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(key + " = " + value + ", expected a finite number");
        }
        values.put(key, value);
        return this;
    }

    /** How many keys there are. */
    public int size() {
        return values.size();
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public String text(String key) {
        return value(key, String.class, "a string");
    }

    public long integer(String key) {
        return value(key, Long.class, "an integer");
    }

    /** An integer that fits an {@code int}. */
    public int int32(String key) {
        long value = integer(key);
        if (value != (int) value) {
            throw new IllegalArgumentException(key + " = " + value + ", expected at most " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    public double number(String key) {
        return value(key, Number.class, "a number").doubleValue();
    }

    private <T> T value(String key, Class<T> type, String expected) {
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException(
                    (value == null ? "no " + key : key + " = " + Npz.printable(value.toString()))
                            + ", expected " + expected);
        }
        return type.cast(value);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("{");
        values.forEach((key, value) -> {
            out.append(out.length() == 1 ? "" : ", ");
            quote(key, out);
            out.append(": ");
            if (value instanceof String text) {
                quote(text, out);
            } else {
                out.append(value);
            }
        });
        return out.append('}').toString();
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (char c : text.toCharArray()) {
            int named = MEANT.indexOf(c);
            if (named >= 0 && c != '/') {
                out.append('\\').append(NAMED.charAt(named));
            } else if (c < ' ' || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    public static FlatJson parse(String text) {
        return new Parser(text).object();
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        FlatJson object() {
            FlatJson object = new FlatJson();
            expect('{');
            boolean more = !found('}');
            while (more) {
                expect('"');
                String key = string();
                expect(':');
                if (object.values.putIfAbsent(key, value()) != null) {
                    throw new IllegalArgumentException(
                            "JSON with the key " + Npz.printable(key) + " twice, expected it once");
                }
                more = found(',');
                if (!more) {
                    expect('}');
                }
            }
            skipSpace();
            if (at < text.length()) {
                throw bad("the end");
            }
            return object;
        }

        private Object value() {
            if (found('"')) {
                return string();
            }
            Matcher number = NUMBER.matcher(text).region(at, text.length());
            if (!number.lookingAt()) {
                throw bad("a string or a number");
            }
            at = number.end();
            if (number.group(1) == null && number.group(2) == null) {
                try {
                    return Long.valueOf(number.group());
                } catch (NumberFormatException e) {
                    // an integer beyond a long is a number all the same
                }
            }
            double value = Double.parseDouble(number.group());
            if (Double.isInfinite(value)) {
                throw bad("a number before it that fits a double");
            }
            return value;
        }

        /** The string whose opening quote has been read. */
        private String string() {
            StringBuilder out = new StringBuilder();
            while (true) {
                char c = next();
                if (c == '"') {
                    return out.toString();
                }
                if (c < ' ') {
                    throw bad("no control character before it");
                }
                out.append(c == '\\' ? escaped(next()) : c);
            }
        }

        private char next() {
            if (at == text.length()) {
                throw bad("the end of a string");
            }
            return text.charAt(at++);
        }

        private char escaped(char c) {
            if (c != 'u') {
                if (NAMED.indexOf(c) < 0) {
                    throw bad("one of " + NAMED + "u before it");
                }
                return MEANT.charAt(NAMED.indexOf(c));
            }
            int value = 0;
            for (int k = 0; k < 4; k++) {
                char digit = next();
                if (digit >= 128 || Character.digit(digit, 16) < 0) {
                    throw bad("four hexadecimal digits before it");
                }
                value = 16 * value + Character.digit(digit, 16);
            }
            return (char) value;
        }

        private void expect(char mark) {
            if (!found(mark)) {
                throw bad(String.valueOf(mark));
            }
        }

        /** Goes past space, and past {@code mark} if it comes next. */
        private boolean found(char mark) {
            skipSpace();
            boolean found = at < text.length() && text.charAt(at) == mark;
            at += found ? 1 : 0;
            return found;
        }

        private void skipSpace() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private IllegalArgumentException bad(String expected) {
            return new IllegalArgumentException("JSON that goes wrong at character " + at + ", expected " + expected);
        }
    }
}
