package dev.holdfast.verify.attacks;

/**
 * A library that certifies answers of linear functions, as the suite asks it. The program takes the name of a public class
 * with a constructor of no arguments.
 */
public interface Library {
    /** In a word or two, for tables. */
    String name();

    /**
     * The library's answer to x and the size below which it promises that no perturbation changes it; a radius of 0 or
     * NaN promises nothing. The next call may have the same object for {@code functions}: what was made of it can be kept.
     *
     * @param x d finite features inside the box; read
     */
    Certificate certify(Functions functions, float[] x, Allowed allowed);

    /**
     * The functions that answers and radii are about, if the library rounds those it is given; by default they are these
     * themselves.
     */
    default Functions exact(Functions functions) {
        return functions;
    }

    /**
     * What a library says of a query.
     *
     * @param answer a class
     * @param radius the size of the smallest perturbation that may change the answer; it may be infinite
     */
    record Certificate(int answer, double radius) {
        /** Whether anything is promised. */
        public boolean promises() {
            return radius > 0;
        }
    }
}
