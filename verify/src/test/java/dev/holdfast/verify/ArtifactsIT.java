package dev.holdfast.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;

/** What is published, as the build leaves it. */
class ArtifactsIT {
    private enum Artifact {
        KERNEL("../kernel"),
        MODEL("../model", "holdfast-kernel"),
        SINGLE("../model/single");

        final Path folder;
        final List<String> needs;

        Artifact(String folder, String... needs) {
            this.folder = Path.of(folder);
            this.needs = List.of(needs);
        }

        /** The jar, or what lies beside it. */
        Path file(String ending) {
            String name = "holdfast-" + name().toLowerCase() + "-" + VERSION + ending;
            return folder.resolve("target").resolve(name);
        }

        /** Classes and resources by name, as hexadecimal digits; what says who made the jar is not among them. */
        Map<String, String> content() throws IOException {
            Map<String, String> content = new TreeMap<>();
            try (JarFile jar = new JarFile(file(".jar").toFile())) {
                for (JarEntry entry : jar.stream().filter(entry -> !entry.isDirectory()).toList()) {
                    if (!entry.getName().startsWith("META-INF/") && !entry.getName().equals("module-info.class")) {
                        byte[] bytes = jar.getInputStream(entry).readAllBytes();
                        assertEquals(null, content.put(entry.getName(), HexFormat.of().formatHex(bytes)), entry.getName());
                    }
                }
            }
            return content;
        }
    }

    private static final String VERSION = version();

    private static String version() {
        try {
            return Files.readString(Path.of("../model/target/classes/dev/holdfast/model/archive/version")).strip();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void othersCanReadTheJarAndWhatLiesBesideIt(Artifact artifact) throws Exception {
        for (String ending : List.of(".jar", "-sources.jar", "-javadoc.jar")) {
            Path file = artifact.file(ending);
            assertTrue(Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ), file.toString());
            try (JarFile jar = new JarFile(file.toFile())) {
                boolean sources = jar.stream().anyMatch(entry -> entry.getName().endsWith("/LinearAttention.java")
                        || entry.getName().endsWith("/LinearTransformer.java"));
                boolean pages = jar.stream().anyMatch(entry -> entry.getName().endsWith("/package-summary.html"));
                assertEquals(ending.equals("-sources.jar"), sources, file.toString());
                assertEquals(ending.equals("-javadoc.jar"), pages, file.toString());
                assertTrue(jar.stream().noneMatch(entry -> entry.getName().matches(".*/archive/\\w+\\.html")), file.toString());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void manifestsNameTheVersionAndClassesRunOn17(Artifact artifact) throws Exception {
        try (JarFile jar = new JarFile(artifact.file(".jar").toFile())) {
            assertEquals(VERSION, jar.getManifest().getMainAttributes().getValue("Implementation-Version"));
            for (JarEntry entry : jar.stream().filter(entry -> entry.getName().endsWith(".class")).toList()) {
                try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                    assertEquals(0xcafebabe, in.readInt());
                    assertEquals(61, in.readInt(), entry.getName()); // 61.0, without a mark of preview features
                }
            }
        }
    }

    /** Of a build without a network there is none: the plugin asks for the registry's description of what is in it. */
    @ParameterizedTest
    @EnumSource
    @DisabledIfSystemProperty(named = "holdfast.build", matches = "offline: true")
    void materialsAreOursAlone(Artifact artifact) throws Exception {
        var materials = JsonParser.parseString(Files.readString(artifact.folder.resolve("target/bom.json"))).getAsJsonObject();
        assertEquals("CycloneDX", materials.get("bomFormat").getAsString());
        JsonArray components = materials.has("components") ? materials.getAsJsonArray("components") : new JsonArray();
        assertEquals(artifact.needs,
                components.asList().stream().map(part -> part.getAsJsonObject().get("name").getAsString()).toList());
    }

    @Test
    void theSingleJarHoldsWhatTheTwoHold() throws Exception {
        Map<String, String> both = Artifact.KERNEL.content();
        int kernel = both.size();
        Map<String, String> model = Artifact.MODEL.content();
        both.putAll(model);
        assertEquals(kernel + model.size(), both.size(), "a name is in both");
        assertEquals(both, Artifact.SINGLE.content());
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../kernel", "../model", "../model/single"})
    void aPomSaysWhatARegistryAsksFor(String folder) throws Exception {
        Set<String> own = Set.of("name", "description");
        for (String element : List.of("name", "description", "url", "licenses", "developers", "scm")) {
            Element pom = pom(own.contains(element) ? folder : "..");
            assertTrue(children(pom, element) == 1, element);
        }
        assertEquals(folder.equals("../model") ? 1 : 0, children(pom(folder), "dependencies"));
    }

    /** Where a warning is an error: the compiler of 17 cannot be told that the incubating module is no reason for one. */
    @Test
    void sourcesCompileWithoutAWarning(@TempDir Path classes) throws Exception {
        Jdk.NEWEST.run(Path.of(".."), "javac", List.of("-J-XX:TieredStopAtLevel=1", "-Xlint:all,-incubating", "-Werror",
                "-d", classes.toString(), "--module-source-path", "dev.holdfast.kernel=kernel/src/main/java",
                "--module-source-path", "dev.holdfast.model=model/src/main/java",
                "--module", "dev.holdfast.kernel,dev.holdfast.model"));
    }

    private static Element pom(String folder) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(Path.of(folder, "pom.xml").toFile()).getDocumentElement();
    }

    private static long children(Element pom, String name) {
        var children = pom.getChildNodes();
        long count = 0;
        for (int i = 0; i < children.getLength(); i++) {
            count += children.item(i).getNodeName().equals(name) ? 1 : 0;
        }
        return count;
    }
}
