package dev.holdfast.verify.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * XML that HTML reads alike. Texts and attributes are escaped; attributes come as names and values in turn, doubles
 * among them to two decimals.
 */
final class Markup {
    private final StringBuilder text = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** Starts an element. */
    Markup open(String element, Object... attributes) {
        tag(element, attributes).append('>');
        open.push(element);
        return this;
    }

    /** Ends the element that was started last. */
    Markup close() {
        text.append("</").append(open.pop()).append(">\n");
        return this;
    }

    /** An element with a text. */
    Markup element(String element, String content, Object... attributes) {
        return open(element, attributes).text(content).close();
    }

    /** An element that never has content. */
    Markup empty(String element, Object... attributes) {
        tag(element, attributes).append("/>\n");
        return this;
    }

    Markup text(String content) {
        text.append(escaped(content));
        return this;
    }

    /** What is markup, or a style sheet, already. */
    Markup raw(String markup) {
        text.append(markup);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }

    /** To two decimals, and no more digits than it needs. */
    static String number(double value) {
        double rounded = Math.rint(value * 100) / 100;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    private StringBuilder tag(String element, Object... attributes) {
        text.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            Object value = attributes[i + 1];
            text.append(' ').append(attributes[i]).append("=\"");
            text.append(value instanceof Double v ? number(v) : escaped(value.toString())).append('"');
        }
        return text;
    }

    /** Characters that XML has no way to write become U+FFFD. */
    private static String escaped(String content) {
        StringBuilder result = new StringBuilder();
        content.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> result.append("&amp;");
                case '<' -> result.append("&lt;");
                case '>' -> result.append("&gt;");
                case '"' -> result.append("&quot;");
                case '\t', '\n' -> result.append((char) c);
                default -> result.appendCodePoint(isWritable(c) ? c : 0xFFFD);
            }
        });
        return result.toString();
    }

    private static boolean isWritable(int c) {
        return c >= ' ' && (c < 0x7F || c > 0x9F) && (c < 0xD800 || c > 0xDFFF) && (c & 0xFFFE) != 0xFFFE;
    }
}
