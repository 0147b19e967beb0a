package dev.holdfast.verify.report;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A page of headless Chromium, by DevTools' protocol over a pipe: JSON that ends with a NUL, in both directions. */
final class Browser implements AutoCloseable {
    /** What a page may say that nobody should have to hear. */
    private static final Set<String> COMPLAINTS =
            Set.of("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown");

    private static final long SECONDS = 600;

    private final Process process;
    private final OutputStream commands;
    private final InputStream answers;
    private final List<JsonObject> events = new ArrayList<>();
    private String session;
    private int commandsSent;

    /** @param home a directory for its profile and what it writes to stderr */
    Browser(String program, Path home) throws IOException {
        // the pipe is file descriptors 3 and 4
        process = new ProcessBuilder("sh", "-c", "exec \"$0\" \"$@\" 3<&0 4>&1 >/dev/null", program, "--headless=new",
                        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                        "--disable-background-networking", "--disable-component-update", "--disable-sync",
                        "--hide-scrollbars", "--remote-debugging-pipe", "--user-data-dir=" + home.resolve("profile"))
                .redirectError(home.resolve("stderr").toFile())
                .start();
        commands = process.getOutputStream();
        answers = new BufferedInputStream(process.getInputStream());
        // a browser that hangs ends, and with it the pipe
        process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).exceptionally(late -> process.destroyForcibly());
        String target = call("Target.createTarget", Map.of("url", "about:blank")).get("targetId").getAsString();
        session = call("Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .get("sessionId")
                .getAsString();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    /**
     * How the next pages are seen.
     *
     * @param medium screen or print
     * @param scheme light or dark
     */
    void emulate(String medium, String scheme, int width, int height) throws IOException {
        call("Emulation.setEmulatedMedia", Map.of("media", medium,
                "features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
        call("Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", width < 600));
    }

    /** Opens a file and waits until all of it is there. */
    void open(Path file) throws IOException {
        events.clear();
        call("Page.navigate", Map.of("url", file.toUri().toString()));
        while (named("Page.loadEventFired").isEmpty()) {
            events.add(read());
        }
    }

    /** The value of an expression, as JSON. */
    JsonElement evaluate(String expression) throws IOException {
        JsonObject answer = call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true));
        if (answer.has("exceptionDetails")) {
            throw new IllegalStateException(answer.toString());
        }
        return answer.getAsJsonObject("result").get("value");
    }

    /** What the open page wrote to the console, and what failed. */
    List<JsonObject> complaints() {
        return events.stream().filter(event -> COMPLAINTS.contains(name(event))).toList();
    }

    /** Everything that the open page asked for, itself included. */
    List<String> requests() {
        return named("Network.requestWillBeSent").stream()
                .map(event -> event.getAsJsonObject("params").getAsJsonObject("request").get("url").getAsString())
                .toList();
    }

    /** The whole page as PNG. */
    byte[] screenshot() throws IOException {
        return data(call("Page.captureScreenshot", Map.of("captureBeyondViewport", true)));
    }

    /** What a printer gets, on A4. */
    byte[] pdf() throws IOException {
        return data(call("Page.printToPDF", Map.of("paperWidth", 8.27, "paperHeight", 11.69)));
    }

    @Override
    public void close() throws IOException {
        session = null;
        call("Browser.close", Map.of());
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    private static byte[] data(JsonObject answer) {
        return Base64.getDecoder().decode(answer.get("data").getAsString());
    }

    private static String name(JsonObject event) {
        return event.get("method").getAsString();
    }

    private List<JsonObject> named(String method) {
        return events.stream().filter(event -> name(event).equals(method)).toList();
    }

    /** Sends a command and reads up to its answer; events on the way are kept. */
    private JsonObject call(String method, Map<String, ?> parameters) throws IOException {
        JsonObject command = new JsonObject();
        command.addProperty("id", ++commandsSent);
        command.addProperty("method", method);
        command.add("params", new Gson().toJsonTree(parameters));
        if (session != null) {
            command.addProperty("sessionId", session);
        }
        commands.write((command + "\0").getBytes(StandardCharsets.UTF_8));
        commands.flush();
        while (true) {
            JsonObject message = read();
            if (!message.has("id")) {
                events.add(message);
            } else if (message.has("error")) {
                throw new IllegalStateException(method + ": " + message.get("error"));
            } else if (message.get("id").getAsInt() == commandsSent) {
                return message.getAsJsonObject("result");
            }
        }
    }

    private JsonObject read() throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int b; (b = answers.read()) != 0; ) {
            if (b < 0) {
                throw new IOException("the browser has gone");
            }
            message.write(b);
        }
        return JsonParser.parseString(message.toString(StandardCharsets.UTF_8)).getAsJsonObject();
    }
}
