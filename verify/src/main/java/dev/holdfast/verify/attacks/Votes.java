package dev.holdfast.verify.attacks;

import java.util.stream.IntStream;

/** The votes of one-vs-one, and which of them have to change until a rival wins. */
final class Votes {
    private final Functions functions;
    private final boolean[] first;
    private final int[] votes;
    private final int winner;

    /** @param first by pair, whether its first class has the vote */
    Votes(Functions functions, boolean[] first) {
        this.functions = functions;
        this.first = first;
        votes = new int[functions.classes()];
        for (int i = 0; i < votes.length; i++) {
            for (int j = i + 1; j < votes.length; j++) {
                votes[first[functions.pair(i, j)] ? i : j]++;
            }
        }
        int most = 0;
        for (int k = 1; k < votes.length; k++) {
            most = votes[k] > votes[most] ? k : most;
        }
        winner = most;
    }

    int winner() {
        return winner;
    }

    /** The pairs whose change is a vote lost by the winner or one won by the rival, or both. */
    IntStream gains(int rival) {
        return IntStream.range(0, votes.length)
                .flatMap(k -> IntStream.concat(
                        k != winner && has(winner, k) ? IntStream.of(pair(winner, k)) : IntStream.empty(),
                        k != rival && has(k, rival) ? IntStream.of(pair(k, rival)) : IntStream.empty()));
    }

    /** How many such changes the rival needs. */
    int needed(int rival) {
        return votes[winner] - votes[rival] + (rival > winner ? 1 : 0);
    }

    private int pair(int i, int j) {
        return functions.pair(Math.min(i, j), Math.max(i, j));
    }

    private boolean has(int i, int j) {
        return i < j == first[pair(i, j)];
    }
}
