package dev.holdfast.verify.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The page in a real browser, as it is seen in light and dark, on a phone and on paper; what was seen stays in
 * target/report.
 */
@Tag("browser")
class ReportPageIT {
    /** The least contrast of WCAG 2.2 at level AA: of text, and of what a line or a frame has to say. */
    private static final double TEXT = 4.5, GRAPHICS = 3;

    /** What follows is asked of the page; every function gives a list of what is wrong. */
    private static final String QUESTIONS =
            """
            const rgba = colour => {
                const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
                return {rgb: [r, g, b], a};
            };
            const over = (top, ground) => top.rgb.map((c, i) => top.a * c + (1 - top.a) * ground[i]);
            const ground = element => {
                if (element === null) return [255, 255, 255];
                const own = rgba(getComputedStyle(element).backgroundColor);
                return own.a === 1 ? own.rgb : over(own, ground(element.parentElement));
            };
            const luminance = rgb => rgb.map(c => c / 255)
                .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
            const contrast = (colour, element) => {
                const below = ground(element), [a, b] = [over(rgba(colour), below), below].map(luminance);
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            };
            const described = element => `${element.tagName}.${element.getAttribute('class')}: `
                + element.textContent.trim().slice(0, 40);
            const texts = () => [...document.querySelectorAll('body *, svg text')]
                .filter(e => [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim() !== '')
                    && !e.closest('title, desc, style') && e.getClientRects().length > 0);
            const paleTexts = least => texts().map(e => {
                const style = getComputedStyle(e);
                return [e, contrast(e.closest('svg') ? style.fill : style.color, e)];
            }).filter(([, c]) => !(c >= least)).map(([e, c]) => `${described(e)}: ${c}`);
            const paleLines = least => [...document.querySelectorAll('.line, .marker, .axis, .frame')].map(e => {
                const style = getComputedStyle(e);
                return [e, contrast(style.stroke === 'none' ? style.fill : style.stroke, e)];
            }).filter(([, c]) => !(c >= least)).map(([e, c]) => `${described(e)}: ${c}`);
            const faded = () => texts().filter(e => {
                for (let up = e; up; up = up.parentElement) if (getComputedStyle(up).opacity !== '1') return true;
                return false;
            }).map(described);
            const hidden = () => [...document.querySelectorAll('svg.plot')].filter(e => {
                const box = e.getBoundingClientRect();
                return !(box.width >= 200 && box.height >= 100 && e.checkVisibility({visibilityProperty: true}));
            }).map(described);
            const inside = (a, b) => a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;
            const apart = (a, b) => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            const crowded = () => [...document.querySelectorAll('svg.plot')].flatMap(svg => {
                const box = svg.getBoundingClientRect();
                const labels = [...svg.querySelectorAll('text')].map(e => [e, e.getBoundingClientRect()]);
                return labels.flatMap(([e, own], i) => [
                    ...(inside(own, box) ? [] : [`outside: ${described(e)}`]),
                    ...labels.slice(i + 1).filter(([, other]) => !apart(own, other))
                        .map(([o]) => `${described(e)} over ${described(o)}`)]);
            });
            const small = least => texts().map(e => {
                const scale = e.closest('svg') ? e.getScreenCTM().a : 1;
                return [e, scale * parseFloat(getComputedStyle(e).fontSize)];
            }).filter(([, size]) => !(size >= least)).map(([e, size]) => `${described(e)}: ${size}`);
            const wide = () => [document.documentElement, document.body, ...document.querySelectorAll(
                'body *:not(.table *)')].filter(e => !e.closest('svg') && e.getBoundingClientRect().right > innerWidth)
                .map(described);
            const tall = most => [...document.querySelectorAll('figure')]
                .filter(e => !(e.getBoundingClientRect().height <= most)).map(described);
            const torn = () => [...document.querySelectorAll('figure, tr')]
                .filter(e => getComputedStyle(e).breakInside !== 'avoid').map(described);
            """;

    @TempDir
    static Path directory;

    private static final Path SEEN = Path.of("target", "report");
    private static Browser browser;

    @BeforeAll
    static void writeAndStart() throws IOException {
        ReportPage.write(SEEN, SampleReport.FINDINGS, SampleReport.TIMES);
        browser = new Browser(System.getProperty("holdfast.browser"), directory);
    }

    @AfterAll
    static void stop() throws IOException {
        browser.close();
    }

    private static void see(String picture) throws IOException {
        Files.write(SEEN.resolve(picture + ".png"), browser.screenshot());
    }

    private static void none(String question) throws IOException {
        JsonArray wrong = browser.evaluate("{" + QUESTIONS + question + "}").getAsJsonArray();
        assertTrue(wrong.isEmpty(), () -> question + ": "
                + String.join("\n", wrong.asList().stream().map(JsonElement::getAsString).toList()));
    }

    @ParameterizedTest
    @CsvSource({"light, screen, light, 1280", "dark, screen, dark, 1280", "phone, screen, light, 360",
        "phone-dark, screen, dark, 360", "paper, print, dark, 674"})
    void isReadAsItShould(String picture, String medium, String scheme, int width) throws IOException {
        browser.emulate(medium, scheme, width, 900);
        browser.open(SEEN.resolve("report.html"));
        see(picture);
        assertReadable();
        assertEquals(SampleReport.figures().count(),
                browser.evaluate("document.querySelectorAll('figure svg').length").getAsLong());
        boolean dark = medium.equals("screen") && scheme.equals("dark");
        String isDark = "{" + QUESTIONS + "luminance(ground(document.body)) < 0.05}";
        assertEquals(dark, browser.evaluate(isDark).getAsBoolean());
    }

    /** The words, numbers and lines of real experiments have room too. */
    @Test
    void theQuickReportIsReadAsItShould() throws Exception {
        Path report = directory.resolve("quick");
        Process process = new ProcessBuilder(
                        System.getProperty("holdfast.command"), "report", "--quick", "--out", report.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertEquals(0, process.waitFor());
        for (String scheme : List.of("light", "dark")) {
            for (int width : new int[] {1280, 360}) {
                browser.emulate("screen", scheme, width, 900);
                browser.open(report.resolve("report.html"));
                see("quick-" + scheme + "-" + width);
                assertReadable();
            }
        }
    }

    private static void assertReadable() throws IOException {
        assertEquals(List.of(), browser.complaints());
        assertEquals(1, browser.requests().size(), () -> browser.requests().toString());
        assertTrue(browser.evaluate("document.querySelectorAll('figure svg').length").getAsInt() > 0);
        none("hidden()");
        none("paleTexts(" + TEXT + ")");
        none("paleLines(" + GRAPHICS + ")");
        none("faded()");
        none("crowded()");
        none("wide()");
    }

    @Test
    void aPhoneNeedsNoGlass() throws IOException {
        browser.emulate("screen", "light", 360, 740);
        browser.open(SEEN.resolve("report.html"));
        assertEquals(360, browser.evaluate("innerWidth").getAsInt());
        assertEquals(360, browser.evaluate("document.documentElement.scrollWidth").getAsInt());
        // nine CSS pixels are 1.4 mm high at arm's length
        none("small(9)");
        // the widest table scrolls in its box
        assertTrue(browser.evaluate("[...document.querySelectorAll('.table')].some(e => e.scrollWidth > e.clientWidth)")
                .getAsBoolean());
    }

    @Test
    void paperCutsNoFigure() throws IOException {
        // A4 in CSS pixels, without margins
        int width = 794 - 2 * 60, height = 1123 - 2 * 60;
        browser.emulate("print", "light", width, height);
        browser.open(SEEN.resolve("report.html"));
        none("torn()");
        none("tall(" + height + ")");
        Files.write(SEEN.resolve("report.pdf"), browser.pdf());
    }

    @ParameterizedTest
    @CsvSource({"light", "dark"})
    void everyFigureStandsAlone(String scheme) throws IOException {
        browser.emulate("screen", scheme, 600, 600);
        for (Figure figure : SampleReport.figures().toList()) {
            browser.open(SEEN.resolve("figures").resolve(figure.id() + ".svg"));
            see(figure.id() + "-" + scheme);
            assertEquals(List.of(), browser.complaints());
            none("hidden()");
            none("paleTexts(" + TEXT + ")");
            none("paleLines(" + GRAPHICS + ")");
            none("crowded()");
        }
    }
}
