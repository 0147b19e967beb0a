package dev.holdfast.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class WidthTest {
    @Test
    void everyWidthHasItsName() {
        for (Width width : Width.all()) {
            assertEquals(width, Width.named(width.toString()));
        }
    }

    @Test
    void anotherWidthIsRefusedByName() {
        String message = assertThrows(IllegalArgumentException.class, () -> Width.named("300")).getMessage();
        assertEquals("--bits = 300, expected one of " + Width.all(), message);
    }
}
