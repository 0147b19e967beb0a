package dev.holdfast.verify.model;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Saves one of each kind that there is to a file of its own, of the next kind in the next round, and so on for ever. */
final class SavingProgram {
    private SavingProgram() {}

    static Path file(Path directory, int number) {
        return directory.resolve(number + ".npz");
    }

    /** @param arguments a directory, and the round to begin with */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        List<Saved> all = Saved.all();
        for (int round = Integer.parseInt(arguments[1]); true; round++) {
            for (int number = 0; number < all.size(); number++) {
                all.get((number + round) % all.size()).toPath().save(file(directory, number));
            }
            System.out.println("saved");
        }
    }
}
