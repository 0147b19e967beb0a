package dev.holdfast.verify.cli;

import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Runs the main method of an example as containers do, that load what they hold when they run: {@code layer}, a module layer
 * of its own; {@code child-first}, a class loader that looks into its own jars before it asks its parent, as of an
 * application server; {@code bundle}, one that asks its parent for {@code java.*} alone, as of OSGi.
 *
 * <p>Arguments: how, the module of the jars, the folder of the example, its class, the jars.
 */
final class Loading {
    private Loading() {}

    public static void main(String[] arguments) throws Exception {
        Path[] jars = Stream.of(arguments).skip(4).map(Path::of).toArray(Path[]::new);
        Path examples = Path.of(arguments[2]);
        ClassLoader loader = switch (arguments[0]) {
            case "layer" -> new ChildFirst("", layer(arguments[1], jars), examples);
            case "child-first" -> new ChildFirst("", Loading.class.getClassLoader(), with(examples, jars));
            case "bundle" -> new ChildFirst("java.", Loading.class.getClassLoader(), with(examples, jars));
            default -> throw new IllegalArgumentException(arguments[0]);
        };
        Class<?> example = Class.forName(arguments[3], true, loader);
        example.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
    }

    private static ClassLoader layer(String module, Path[] jars) {
        ModuleLayer boot = ModuleLayer.boot();
        Configuration modules = boot.configuration().resolve(ModuleFinder.of(jars), ModuleFinder.of(), Set.of(module));
        return boot.defineModulesWithOneLoader(modules, Loading.class.getClassLoader()).findLoader(module);
    }

    private static Path[] with(Path one, Path[] others) {
        Path[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = one;
        return all;
    }

    /** Asks its parent last, and only for names that begin so. */
    private static final class ChildFirst extends URLClassLoader {
        private final String delegated;

        ChildFirst(String delegated, ClassLoader parent, Path... places) throws MalformedURLException {
            super(urls(places), parent);
            this.delegated = delegated;
        }

        private static URL[] urls(Path[] places) throws MalformedURLException {
            URL[] urls = new URL[places.length];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = places[i].toUri().toURL();
            }
            return urls;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                try {
                    return findClass(name);
                } catch (ClassNotFoundException e) {
                    if (name.startsWith(delegated)) {
                        return getParent().loadClass(name);
                    }
                    throw e;
                }
            }
        }
    }
}
