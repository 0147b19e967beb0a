package dev.holdfast.model.depth;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Fewer nodes in place of many, where no transformer of the family could tell. A node is an eigenvalue s of S̄ with the
 * entries m and z of m̄ and of a query in its direction. Nodes become one where that moves eigenvalues by no more than
 * rounding all of them to float would.
 *
 * <p>Nodes i of one eigenvalue s are exactly one node of m = (Σ m_i²)^½ and z = Σ m_i z_i/m: in their space w is a multiple
 * of m̄, so that w·z and ‖w‖₂ stay. Where eigenvalues differ, and w = b(S̄)m̄, nodes that become one at s change w·z by at
 * most Σ |m_i z_i| |b(s_i) − b(s)| and ‖w‖₂ by at most Σ |m_i| |b(s_i) − b(s)|. So Σ |m_i|(|m_i| + |z_i|) |s_i − s|
 * is what is spent, of 2⁻²⁴ Σ |m_i|(|m_i| + |z_i|) s_i in all: the neighbours for which it is least first.
 */
public final class Merging {
    private static final double UNIT = 0x1p-24;

    private Merging() {}

    /** A node, or what some have become. */
    private record Node(double s, double square, double product, double weight) {
        static Node of(double s, double m, double z) {
            return new Node(s, m * m, m * z, Math.abs(m) * (Math.abs(m) + Math.abs(z)));
        }

        /** The mean by m², so that w·m̄ is as it was for a b of one slope. */
        Node with(Node other) {
            double sum = square + other.square;
            double mean = sum == 0 ? s : s + (other.s - s) * (other.square / sum);
            return new Node(mean, sum, product + other.product, weight + other.weight);
        }

        double cost(Node other) {
            double mean = with(other).s;
            return weight * Math.abs(s - mean) + other.weight * Math.abs(other.s - mean);
        }
    }

    /**
     * At least one node, s ascending: rows s, m ≥ 0 and z, of as many entries as there are nodes; owned by the caller.
     *
     * @param s eigenvalues in any order, at least one; read, as m and z are
     */
    public static double[][] merge(double[] s, double[] m, double[] z) {
        Node[] nodes = new Node[s.length];
        Arrays.setAll(nodes, i -> Node.of(s[i], m[i], z[i]));
        Arrays.sort(nodes, Comparator.comparingDouble(Node::s));
        double left = 0;
        for (Node node : nodes) {
            left += UNIT * node.weight * Math.max(node.s, 0);
        }
        int count = nodes.length;
        double[] cost = new double[Math.max(count - 1, 0)];
        Arrays.setAll(cost, i -> nodes[i].cost(nodes[i + 1]));
        while (count > 1) {
            int least = least(cost, count - 1);
            if (!(cost[least] <= left)) {
                break;
            }
            left -= cost[least];
            nodes[least] = nodes[least].with(nodes[least + 1]);
            count--;
            System.arraycopy(nodes, least + 2, nodes, least + 1, count - least - 1);
            System.arraycopy(cost, least + 1, cost, least, count - 1 - least);
            for (int i = Math.max(least - 1, 0); i <= Math.min(least, count - 2); i++) {
                cost[i] = nodes[i].cost(nodes[i + 1]);
            }
        }
        return rows(nodes, count);
    }

    private static int least(double[] cost, int count) {
        int least = 0;
        for (int i = 1; i < count; i++) {
            least = cost[i] < cost[least] ? i : least;
        }
        return least;
    }

    private static double[][] rows(Node[] nodes, int count) {
        double[][] rows = new double[3][count];
        for (int i = 0; i < count; i++) {
            double m = Math.sqrt(nodes[i].square);
            rows[0][i] = Math.max(nodes[i].s, 0);
            rows[1][i] = m;
            rows[2][i] = m == 0 ? 0 : nodes[i].product / m;
        }
        return rows;
    }
}
