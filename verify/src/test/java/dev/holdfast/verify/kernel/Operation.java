package dev.holdfast.verify.kernel;

import dev.holdfast.kernel.AdversarialGradient;
import dev.holdfast.kernel.Cholesky;
import dev.holdfast.kernel.CoordinateDescent;
import dev.holdfast.kernel.DepthGradient;
import dev.holdfast.kernel.DoubleProduct;
import dev.holdfast.kernel.LinearAttention;
import dev.holdfast.kernel.MatrixProduct;
import dev.holdfast.kernel.ProjectedDescent;
import dev.holdfast.kernel.RandomStreams;
import dev.holdfast.kernel.Tridiagonal;
import dev.holdfast.verify.kernel.Matrix.Entries;
import dev.holdfast.verify.reference.OrderedDepth;
import dev.holdfast.verify.reference.OrderedReference;
import dev.holdfast.verify.reference.OrderedStream;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The kernel's operations, each drawn as a call that the kernel answers and that the model of its order answers too.
 * Inputs lie amid poison, {@code work} is full of it, and a call fails that writes where it should not.
 */
enum Operation {
    CONTEXT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Demonstrations z = Demonstrations.draw(random, entries, d, rows);
            return z.context(state(random, entries, d + 1), rows);
        }
    },
    CONTEXT_IN_PIECES {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Demonstrations z = Demonstrations.draw(random, entries, d, rows);
            double[] start = state(random, entries, d + 1);
            return new Call(() -> {
                double[] a = amidPoison(start);
                int piece = LinearAttention.BLOCK;
                for (int from = 0; from < rows; from += piece) {
                    z.accumulate(a, from, Math.min(from + piece, rows));
                }
                return bits(a, start.length);
            }, () -> z.orderedContext(start));
        }
    },
    /** {@link #CONTEXT} of rows that are whole lines of the cache apart. */
    CONTEXT_OF_LINES {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Demonstrations z = Demonstrations.draw(random, entries, d, rows, true);
            return z.context(state(random, entries, d + 1), rows);
        }
    },
    /**
     * Every product underflows to −0. The labels of all rows but one are 1, and leave −0 in the state's first entry;
     * the one of label 0 decides its sign by that of its own sum, and the rows after it have no share in that entry.
     */
    CONTEXT_OF_ZEROS {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Matrix x = Matrix.draw(random, Entries.UNDERFLOWING, rows, d);
            float[] y = new float[rows];
            Arrays.fill(y, 1);
            int k = random.nextInt(Math.max(rows, 1));
            for (int n = k; n < rows; n++) {
                y[n] = n > k ? 1 : 0;
                x.array()[x.offset() + n * x.stride()] = n > k ? 0 : Float.MIN_VALUE;
            }
            float[] p = new float[d + 1];
            Arrays.fill(p, -0.25f);
            Demonstrations z = new Demonstrations(x, Matrix.amidPoison(y, 0), 0, p);
            double[] start = new double[d + 1];
            Arrays.fill(start, -0.0);
            return z.context(start, rows);
        }
    },
    CONTEXT_OF_BYTES {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Bytes b = Bytes.draw(random, rows, d);
            float[] scale = Matrix.vector(random, entries, d);
            float[] shift = Matrix.vector(random, entries, d);
            float[] y = random.nextBoolean()
                    ? Matrix.labels(random, rows)
                    : Matrix.vector(random, entries.tamed(), rows);
            float[] p = Matrix.vector(random, entries.tamed(), d + 1);
            double[] start = state(random, entries, d + 1);
            int yOffset = random.nextInt(3);
            return new Call(() -> {
                double[] a = amidPoison(start);
                LinearAttention.accumulate(b.array(), b.offset(), b.stride(), rows, d, Matrix.amidPoison(scale, 0),
                        Matrix.amidPoison(shift, 0), Matrix.amidPoison(y, yOffset), yOffset, Matrix.amidPoison(p, 0),
                        a, work(LinearAttention.contextWorkLength(d)));
                return bits(a, start.length);
            }, () -> {
                double[] a = start.clone();
                OrderedReference.addContext(a, b.unpacked(), scale, shift, y, p);
                return bits(a, a.length);
            });
        }
    },
    GRAM {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Demonstrations z = Demonstrations.draw(random, entries, d, rows);
            int size = d + 1;
            double[][] start = symmetric(random, entries, size);
            return new Call(() -> {
                double[] g = amidPoison(flat(start));
                LinearAttention.gram(z.x.array(), z.x.offset(), z.x.stride(), rows, d, z.y, z.yOffset, g,
                        work(LinearAttention.gramWorkLength(d)));
                return bits(g, size * size);
            }, () -> {
                double[][] g = Arrays.stream(start).map(double[]::clone).toArray(double[][]::new);
                OrderedReference.addGram(g, z.x.floats(), z.labels());
                return bits(flat(g), size * size);
            });
        }
    },
    DENSE_READOUT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            double[] a = state(random, entries, d + 1);
            double n = 1 + random.nextInt(1000);
            Matrix qBar = new Matrix(Matrix.vector(random, entries.tamed(), (d + 1) * d), 0, d, d + 1, d);
            return new Call(() -> {
                float[] w = Matrix.amidPoison(new float[d], 0);
                LinearAttention.readout(Matrix.amidPoison(qBar.array(), 0), d, amidPoison(a), n, w);
                return bits(w, 0, d);
            }, () -> bits(OrderedReference.readout(qBar.floats(), a, n), 0, d));
        }
    },
    READOUT_OF_A_BATCH {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            int tasks = Math.min(rows, 9);
            double n = 1 + random.nextInt(1000);
            double[][] a = new double[tasks][];
            float[][] rounded = new float[tasks][d + 1];
            for (int task = 0; task < tasks; task++) {
                a[task] = state(random, entries, d + 1);
                for (int i = 0; i <= d; i++) {
                    rounded[task][i] = (float) (a[task][i] / n);
                }
            }
            Matrix qBar = new Matrix(Matrix.vector(random, entries.tamed(), (d + 1) * d), 0, d, d + 1, d);
            return new Call(() -> {
                float[] w = Matrix.amidPoison(new float[tasks * d], 0);
                LinearAttention.readout(Matrix.amidPoison(qBar.array(), 0), d, amidPoison(flat(a)), tasks, n, w,
                        work(LinearAttention.readoutWorkLength(d, tasks)));
                return bits(w, 0, tasks * d);
            }, () -> {
                float[] w = new float[tasks * d];
                float[][] product = OrderedReference.product(rounded, qBar.floats(), d);
                for (int task = 0; task < tasks; task++) {
                    System.arraycopy(product[task], 0, w, task * d, d);
                }
                return bits(w, 0, tasks * d);
            });
        }
    },
    STRUCTURED_READOUT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            double[] a = state(random, entries, d + 1);
            double n = 1 + random.nextInt(1000);
            float[] delta = Matrix.vector(random, entries.tamed(), d);
            float[] label = Matrix.vector(random, entries.tamed(), d);
            float b = entries.next(random);
            return new Call(() -> {
                float[] w = Matrix.amidPoison(new float[d], 0);
                LinearAttention.readout(
                        Matrix.amidPoison(delta, 0), b, Matrix.amidPoison(label, 0), d, amidPoison(a), n, w);
                return bits(w, 0, d);
            }, () -> bits(OrderedReference.readout(delta, b, label, a, n), 0, d));
        }
    },
    SCORES {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Matrix x = Matrix.draw(random, entries, rows, d);
            float[] w = Matrix.vector(random, entries.tamed(), d);
            double c = random.nextInt(3) == 0 ? 0 : entries.next(random) / 3.0;
            int offset = random.nextInt(3);
            return new Call(() -> {
                double[] f = amidPoison(new double[offset + rows]);
                Arrays.fill(f, 0, offset, Double.NaN);
                LinearAttention.scores(x.array(), x.offset(), x.stride(), rows, d, Matrix.amidPoison(w, 0), c, f,
                        offset);
                if (!DoubleStream.of(f).limit(offset).allMatch(Double::isNaN)) {
                    throw new AssertionError("an entry before " + offset + " was written");
                }
                for (int n = 0; n < rows; n++) {
                    double one = LinearAttention.score(
                            x.array(), x.offset() + n * x.stride(), d, Matrix.amidPoison(w, 0), c);
                    if (Double.doubleToRawLongBits(one) != Double.doubleToRawLongBits(f[offset + n])) {
                        throw new AssertionError("row " + n + " alone has the score " + one);
                    }
                }
                return bits(Arrays.copyOfRange(f, offset, f.length), rows);
            }, () -> bits(Arrays.stream(x.floats())
                    .mapToDouble(row -> OrderedReference.score(row, w, c))
                    .toArray()));
        }
    },
    /** In a third of the calls c takes back what the terms give, up to its rounding, or an entry is not finite. */
    CERTAIN_SCORES {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Matrix x = Matrix.draw(random, entries, rows, d);
            float[] w = Matrix.vector(random, entries.tamed(), d);
            double[] c = new double[rows];
            for (int n = 0; n < rows; n++) {
                switch (random.nextInt(6)) {
                    case 0 -> c[n] = -OrderedReference.score(x.floats()[n], w, 0)
                            * (1 + Math.scalb(random.nextDouble(), -random.nextInt(60)));
                    case 1 -> x.array()[x.offset() + n * x.stride() + random.nextInt(d)] =
                            random.nextBoolean() ? Float.NaN : random.nextBoolean() ? 1 / 0f : -1 / 0f;
                    case 2 -> c[n] = entries.next(random) / 3.0;
                    default -> {}
                }
            }
            return new Call(() -> {
                float[] amid = Matrix.amidPoison(w, 0);
                double norm1 = AdversarialGradient.norm1(amid, d);
                return certainOrOpen(IntStream.range(0, rows).mapToDouble(n -> LinearAttention.certainScore(
                        x.array(), x.offset() + n * x.stride(), d, amid, norm1, c[n])));
            }, () -> certainOrOpen(IntStream.range(0, rows).mapToDouble(
                    n -> OrderedReference.certainScore(x.floats()[n], w, c[n]))));
        }
    },
    /** Some features are at their edges, some have none, some do not move; in half of the calls θ is some feature's room. */
    CORNER_SCORES {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Matrix x = Matrix.draw(random, entries.tamed(), rows, d);
            float[] w = Matrix.vector(random, entries.tamed(), d);
            float[] edge = Matrix.vector(random, entries.tamed(), d);
            float[] b = new float[d];
            double[] v = new double[d];
            for (int j = 0; j < d; j++) {
                b[j] = random.nextInt(5) == 0 ? 0 : Math.scalb(1f + random.nextInt(2), random.nextInt(4));
                edge[j] = random.nextInt(5) == 0 ? 1 / 0f : edge[j];
                v[j] = Math.abs((double) w[j]) * b[j];
            }
            float[] theta = new float[rows];
            double[] c = new double[rows];
            for (int n = 0; n < rows; n++) {
                int j = random.nextInt(d);
                float room = Math.abs(edge[j] - x.floats()[n][j]) / b[j];
                theta[n] = random.nextBoolean() && Float.isFinite(room) ? room : Math.abs(entries.tamed().next(random));
                c[n] = random.nextInt(3) == 0 ? -OrderedReference.score(x.floats()[n], w, 0) : entries.next(random) / 3.0;
            }
            return new Call(() -> {
                float[] amid = Matrix.amidPoison(w, 0);
                double norm1 = AdversarialGradient.norm1(amid, d);
                double[] moving = new double[2];
                return certainOrOpen(IntStream.range(0, rows).boxed().flatMapToDouble(n -> DoubleStream.of(
                        AdversarialGradient.cornerScore(x.array(), x.offset() + n * x.stride(), d,
                                Matrix.amidPoison(edge, 0), Matrix.amidPoison(b, 0), amidPoison(v), theta[n], amid, norm1,
                                c[n], moving), moving[0], moving[1])));
            }, () -> certainOrOpen(IntStream.range(0, rows).boxed().flatMapToDouble(
                    n -> DoubleStream.of(OrderedReference.cornerScore(x.floats()[n], edge, b, theta[n], w, c[n])))));
        }
    },
    /** Few features are outside of the box; edges are reached, and one of them is for all features or for one. */
    INSIDE {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Matrix x = Matrix.draw(random, entries.tamed(), rows, d);
            boolean each = random.nextBoolean();
            float[] lower = new float[each ? d : 1];
            float[] upper = new float[lower.length];
            Arrays.fill(lower, 1 / 0f);
            Arrays.fill(upper, -1 / 0f);
            for (float[] row : x.floats()) {
                for (int j = 0; j < d; j++) {
                    if (random.nextInt(2 * d) > 0) {
                        lower[each ? j : 0] = Math.min(lower[each ? j : 0], row[j]);
                        upper[each ? j : 0] = Math.max(upper[each ? j : 0], row[j]);
                    }
                }
            }
            return new Call(() -> IntStream.range(0, rows).mapToLong(n -> AdversarialGradient.inside(
                    x.array(), x.offset() + n * x.stride(), d, lower, upper) ? 1 : 0).toArray(),
                    () -> Arrays.stream(x.floats()).mapToLong(row -> IntStream.range(0, d).allMatch(j ->
                            row[j] >= lower[each ? j : 0] && row[j] <= upper[each ? j : 0]) ? 1 : 0).toArray());
        }
    },
    NORMS {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            float[] w = Matrix.vector(random, entries, d);
            float[] amid = Matrix.amidPoison(w, 0);
            return new Call(
                    () -> bits(AdversarialGradient.norm1(amid, d), AdversarialGradient.norm2(amid, d),
                            AdversarialGradient.normInfinity(amid, d)),
                    () -> bits(OrderedReference.norm1(w), OrderedReference.norm2(w), OrderedReference.normInfinity(w)));
        }
    },
    PERTURB {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            Demonstrations queries = Demonstrations.draw(random, entries, d, rows);
            float[] w = Matrix.vector(random, Entries.HOSTILE, d);
            float epsilon = random.nextFloat();
            int offset = random.nextInt(3);
            int stride = d + random.nextInt(3);
            return new Call(() -> {
                Matrix out = Matrix.poison(offset, stride, rows, d);
                Matrix x = queries.x;
                AdversarialGradient.perturb(x.array(), x.offset(), x.stride(), rows, d, queries.y, queries.yOffset,
                        Matrix.amidPoison(w, 0), epsilon, out.array(), offset, stride);
                return bits(out);
            }, () -> {
                float[][] out = queries.x.floats();
                for (int n = 0; n < rows; n++) {
                    out[n] = OrderedReference.perturb(out[n], queries.labels()[n], w, epsilon);
                }
                return bits(out);
            });
        }
    },
    /** Of rows × k and k × d, where k has the size of either. */
    PRODUCT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            int m = random.nextBoolean() ? Math.min(rows, 40) : 1 + random.nextInt(20);
            int k = random.nextBoolean() ? Math.max(rows, 1) : d;
            boolean transposed = random.nextBoolean();
            Matrix a = transposed ? Matrix.draw(random, entries, k, m) : Matrix.draw(random, entries, m, k);
            Matrix b = Matrix.draw(random, entries.tamed(), k, d);
            int stride = d + random.nextInt(3);
            return new Call(() -> {
                Matrix c = Matrix.poison(1, stride, m, d);
                MatrixProduct.multiply(m, d, k, a.array(), a.offset(), transposed ? 1 : a.stride(),
                        transposed ? a.stride() : 1, b.array(), b.offset(), b.stride(), 1, c.array(), 1, stride,
                        work(MatrixProduct.workLength(d, k)));
                return bits(c);
            }, () -> {
                float[][] left = transposed ? transposed(a.floats(), m) : a.floats();
                return bits(OrderedReference.product(left, b.floats(), d));
            });
        }
    },
    OUTPUTS {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            int size = d + 1;
            int m = Math.min(rows, 40);
            double[][] g = symmetric(random, entries, size);
            double n = 1 + random.nextInt(1000);
            Matrix bigP = new Matrix(Matrix.vector(random, entries.tamed(), size * size), 0, size, size, size);
            Matrix bigQ = new Matrix(Matrix.vector(random, entries.tamed(), size * size), 0, size, size, size);
            for (int i = 0; i < size; i++) {
                bigQ.array()[i * size + d] = Float.NaN;
            }
            Matrix x = Matrix.draw(random, entries.tamed(), m, d);
            int stride = m + random.nextInt(3);
            return new Call(() -> {
                Matrix out = Matrix.poison(2, stride, size, m);
                LinearAttention.outputs(Matrix.amidPoison(bigP.array(), 0), Matrix.amidPoison(bigQ.array(), 0),
                        amidPoison(flat(g)), n, d, x.array(), x.offset(), x.stride(), m, out.array(), 2, stride,
                        work(LinearAttention.outputsWorkLength(d, m)));
                return bits(out);
            }, () -> bits(OrderedReference.outputs(bigP.floats(), bigQ.floats(), g, n, x.floats())));
        }
    },
    LOSS_GRADIENT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            int n = Math.max(rows, 1);
            Demonstrations z = Demonstrations.draw(random, entries, d, n);
            Matrix qBar = new Matrix(Matrix.vector(random, entries.tamed(), (d + 1) * d), 0, d, d + 1, d);
            float[] query = Matrix.vector(random, entries.tamed(), d);
            int offset = random.nextInt(4);
            float label = random.nextBoolean() ? 1 : -1;
            float epsilon = random.nextInt(4) == 0 ? 0 : random.nextFloat();
            return new Call(() -> {
                float[] dp = Matrix.amidPoison(new float[d + 1], 0);
                float[] du = dp.clone();
                float[] worst = Matrix.amidPoison(new float[d], 0);
                double[] state = new double[AdversarialGradient.gradientStateLength(d)];
                Arrays.fill(state, Double.NaN);
                double loss = AdversarialGradient.lossGradient(z.x.array(), z.x.offset(), z.x.stride(), n, d, z.y,
                        z.yOffset, Matrix.amidPoison(z.p, 0), Matrix.amidPoison(qBar.array(), 0),
                        Matrix.amidPoison(query, offset), offset, label, epsilon, dp, du, worst, state,
                        work(LinearAttention.contextWorkLength(d)));
                return joined(bits(loss), bits(dp, 0, d + 1), bits(du, 0, d + 1), bits(worst, 0, d));
            }, () -> {
                OrderedReference.LossGradient g = OrderedReference.lossGradient(
                        z.x.floats(), z.labels(), z.p, qBar.floats(), query, label, epsilon);
                return joined(bits(g.loss()), bits(g.dp(), 0, d + 1), bits(g.du(), 0, d + 1), bits(g.worst(), 0, d));
            });
        }
    },
    /** Three steps, so that the velocity counts. */
    PROJECTED_DESCENT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            double[] start = state(random, entries, d);
            double[][] gradients = {state(random, entries, d), state(random, entries, d), state(random, entries, d)};
            double rate = random.nextInt(4) == 0 ? 0 : random.nextDouble();
            double momentum = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
            double low = random.nextBoolean() ? 0 : -random.nextDouble();
            double high = random.nextInt(4) == 0 ? low : low + random.nextDouble();
            return new Call(() -> {
                double[] theta = start.clone();
                double[] velocity = new double[d];
                for (double[] gradient : gradients) {
                    ProjectedDescent.step(theta, velocity, gradient, rate, momentum, low, high);
                }
                return joined(bits(theta), bits(velocity));
            }, () -> {
                double[] theta = start.clone();
                double[] velocity = new double[d];
                for (double[] gradient : gradients) {
                    OrderedReference.descend(theta, velocity, gradient, rate, momentum, low, high);
                }
                return joined(bits(theta), bits(velocity));
            });
        }
    },
    /** Below the diagonal there is poison; a third of the matrices are not positive definite. */
    CHOLESKY {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            double[][] a = dominated(random, entries, d);
            if (random.nextInt(3) == 0) {
                int i = random.nextInt(d);
                a[i][i] = random.nextInt(4) == 0 ? Double.NaN : -a[i][i] * random.nextInt(2);
            }
            double[] b = state(random, entries, d);
            return new Call(() -> {
                double[] r = amidPoison(flat(a));
                for (int i = 0; i < d; i++) {
                    Arrays.fill(r, i * d, i * d + i, Double.NaN);
                }
                int good = Cholesky.factor(r, d, wideWork(Cholesky.factorWorkLength(d)));
                long[] factor = joined(bits(good), bits(upper(r, d, good)));
                if (good < d) {
                    return factor;
                }
                double[] x = amidPoison(b);
                Cholesky.solve(r, d, x);
                double[] inverse = amidPoison(new double[d * d]);
                Arrays.fill(inverse, Double.NaN);
                Cholesky.inverse(r, d, inverse, wideWork(Cholesky.inverseWorkLength(d)));
                return joined(factor, bits(x, d), bits(inverse, d * d));
            }, () -> {
                double[][] r = Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
                int good = OrderedReference.cholesky(r);
                long[] factor = joined(bits(good), bits(upper(flat(r), d, good)));
                return good < d
                        ? factor
                        : joined(factor, bits(OrderedReference.choleskySolve(r, b)),
                                bits(flat(OrderedReference.choleskyInverse(r))));
            });
        }

        private static double[] upper(double[] r, int d, int rows) {
            return IntStream.range(0, rows)
                    .boxed()
                    .flatMapToDouble(i -> Arrays.stream(r, i * d + i, (i + 1) * d))
                    .toArray();
        }
    },
    /**
     * C += A B of parts of arrays with entries between the rows, A or B transposed; then y += A x and y += Aᵀ x; y += S x
     * of a symmetric S, of which what need not be read is poison; and S += Bᵀ B.
     */
    DOUBLE_PRODUCTS {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            int m = random.nextBoolean() ? Math.min(rows, 40) : 1 + random.nextInt(20);
            int k = random.nextBoolean() ? rows : d;
            double[][] a = rows(random, entries, m, k);
            double[][] b = rows(random, entries.tamed(), k, d);
            double[][] c = rows(random, entries, m, d);
            double[] x = state(random, entries.tamed(), k);
            double[] y = state(random, entries.tamed(), m);
            double[][] symmetric = symmetric(random, entries, d);
            double[] u = state(random, entries.tamed(), d);
            double[] v = state(random, entries, d);
            boolean aTransposed = random.nextBoolean();
            boolean bTransposed = random.nextBoolean();
            int offset = random.nextInt(4);
            int gap = random.nextInt(3);
            return new Call(() -> {
                double[] left = spread(aTransposed ? columns(a, k) : a, offset, gap);
                double[] right = spread(bTransposed ? columns(b, d) : b, offset, gap);
                double[] sum = spread(c, offset, gap);
                DoubleProduct.add(m, d, k, left, offset, aTransposed ? 1 : k + gap, aTransposed ? m + gap : 1, right, offset,
                        bTransposed ? 1 : d + gap, bTransposed ? k + gap : 1, sum, offset, d + gap,
                        wideWork(DoubleProduct.workLength(d, k)));
                double[] dots = amidPoison(y);
                double[] sums = amidPoison(x);
                if (k > 0) {
                    double[] plain = spread(a, offset, gap);
                    DoubleProduct.addTimes(plain, offset, k + gap, m, k, amidPoison(x), dots);
                    DoubleProduct.addTransposedTimes(plain, offset, k + gap, m, k, amidPoison(y), sums);
                }
                double[] image = amidPoison(v);
                DoubleProduct.addSymmetricTimes(amidPoison(halved(symmetric)), d, amidPoison(u), image,
                        wideWork(DoubleProduct.symmetricWorkLength(d)));
                double[] square = spread(symmetric, offset, gap);
                double[] factor = spread(b, offset, gap);
                DoubleProduct.addSymmetric(d, k, factor, offset, 1, d + gap, factor, offset, d + gap, 1, square, offset, d + gap,
                        wideWork(DoubleProduct.workLength(d, k)));
                return joined(bits(gathered(sum, m, d, offset, gap), m * d), bits(dots, m), bits(sums, k), bits(image, d),
                        bits(gathered(square, d, d, offset, gap), d * d));
            }, () -> {
                double[] dots = k > 0 ? OrderedReference.sumOfDots(a, x, y) : y;
                return joined(bits(flat(OrderedReference.sumOfProducts(a, b, c)), m * d), bits(dots, m),
                        bits(OrderedReference.sumOfRows(a, y, x), k),
                        bits(OrderedReference.sumOfSymmetric(symmetric, u, v), d),
                        bits(flat(OrderedReference.sumOfProducts(columns(b, d), b, symmetric)), d * d));
            });
        }

        /** Without what is behind the row's block of eight columns. */
        private static double[] halved(double[][] a) {
            double[][] halved = Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
            for (int i = 0; i < a.length; i++) {
                Arrays.fill(halved[i], Math.min(i / 8 * 8 + 8, a.length), a.length, Double.NaN);
            }
            return flat(halved);
        }

        private static double[][] rows(Random random, Entries entries, int count, int length) {
            return IntStream.range(0, count).mapToObj(i -> state(random, entries, length)).toArray(double[][]::new);
        }

        private static double[][] columns(double[][] rows, int count) {
            double[][] columns = new double[count][rows.length];
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < count; j++) {
                    columns[j][i] = rows[i][j];
                }
            }
            return columns;
        }

        /** Rows from {@code offset} on, with a gap of poison after each. */
        private static double[] spread(double[][] rows, int offset, int gap) {
            double[] poison = new double[gap];
            Arrays.fill(poison, Double.NaN);
            double[] before = new double[offset];
            Arrays.fill(before, Double.NaN);
            return DoubleStream.concat(DoubleStream.of(before), Arrays.stream(rows).flatMapToDouble(
                    row -> DoubleStream.concat(DoubleStream.of(row), DoubleStream.of(poison)))).toArray();
        }

        /** What {@link #spread} laid out; all around it must still be poison. */
        private static double[] gathered(double[] array, int rows, int length, int offset, int gap) {
            double[] out = new double[rows * length];
            for (int i = 0; i < array.length; i++) {
                int row = i < offset ? -1 : (i - offset) / (length + gap);
                int column = i < offset ? -1 : (i - offset) % (length + gap);
                if (column >= 0 && column < length) {
                    out[row * length + column] = array[i];
                } else if (!Double.isNaN(array[i])) {
                    throw new AssertionError("entry " + i + " beside the matrix was written");
                }
            }
            return out;
        }
    },
    /** Up to d nodes a task, up to {@code rows} layers, and numbers of them that keep results finite. */
    DEPTH_GRADIENT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            int block = DepthGradient.BLOCK;
            int depth = 1 + Math.min(rows, 5);
            int nodes = 1 + random.nextInt(Math.min(d, 12));
            int k = DepthGradient.paddedLength(nodes);
            double[] layers = random.doubles(4L * depth).map(u -> random.nextInt(8) == 0 ? 0 : 1.2 * (u - 0.5)).toArray();
            float[] tasks = new float[3 * k * block];
            for (int i = 0; i < tasks.length; i++) {
                boolean isNode = i % (k * block) < nodes * block && random.nextInt(9) > 0;
                tasks[i] = isNode ? random.nextFloat() - (i < k * block ? 0 : 0.5f) : 0;
            }
            int count = 1 + random.nextInt(block);
            int offset = random.nextInt(4);
            double radius = random.nextInt(3) == 0 ? 0 : random.nextDouble();
            return new Call(() -> {
                double[] gradient = amidPoison(new double[layers.length]);
                double loss = DepthGradient.lossGradient(amidPoison(layers), depth, Matrix.amidPoison(tasks, offset), offset, k,
                        count, radius, gradient, work(DepthGradient.workLength(depth, k)));
                return joined(bits(loss), bits(gradient, layers.length));
            }, () -> {
                OrderedDepth.Result[] results = IntStream.range(0, count)
                        .mapToObj(t -> OrderedDepth.lossGradient(layers, lane(tasks, 0, k, t), lane(tasks, k, k, t),
                                lane(tasks, 2 * k, k, t), radius))
                        .toArray(OrderedDepth.Result[]::new);
                return bits(OrderedDepth.sum(layers, results));
            });
        }

        private static float[] lane(float[] tasks, int first, int k, int task) {
            float[] lane = new float[k];
            for (int i = 0; i < k; i++) {
                lane[i] = tasks[(first + i) * DepthGradient.BLOCK + task];
            }
            return lane;
        }
    },
    /** Three sweeps from a point of which half is 0. */
    COORDINATE_DESCENT {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            double[][] a = dominated(random, entries, d);
            double[] mu = state(random, entries, d);
            double[] start = state(random, entries, d);
            double[] lambda = state(random, entries, d);
            for (int j = 0; j < d; j++) {
                start[j] = random.nextBoolean() ? 0 : start[j];
                lambda[j] = switch (random.nextInt(6)) {
                    case 0 -> Double.POSITIVE_INFINITY;
                    case 1 -> 0;
                    default -> Math.abs(lambda[j]);
                };
            }
            return new Call(() -> {
                double[] matrix = amidPoison(flat(a));
                double[] w = amidPoison(start);
                double[] z = amidPoison(new double[d]);
                Arrays.fill(z, Double.NaN);
                CoordinateDescent.residual(matrix, d, amidPoison(mu), w, z);
                long[] falls = new long[0];
                for (int sweep = 0; sweep < 3; sweep++) {
                    falls = joined(falls, bits(CoordinateDescent.sweep(matrix, d, amidPoison(lambda), w, z)));
                }
                return joined(falls, bits(w, d), bits(z, d));
            }, () -> {
                double[] w = start.clone();
                double[] z = OrderedReference.residual(a, mu, w);
                long[] falls = new long[0];
                for (int sweep = 0; sweep < 3; sweep++) {
                    falls = joined(falls, bits(OrderedReference.sweep(a, lambda, w, z)));
                }
                return joined(falls, bits(w), bits(z));
            });
        }
    },
    /** Below the diagonal there is poison; some matrices are banded, some have rows of zeros. */
    TRIDIAGONAL {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            double[][] a = symmetric(random, entries, d);
            int band = random.nextInt(3) == 0 ? random.nextInt(4) : d;
            int empty = random.nextInt(3) == 0 ? random.nextInt(d) : d;
            double greatest = 0;
            for (int i = 0; i < d; i++) {
                for (int j = 0; j < d; j++) {
                    a[i][j] = Math.abs(i - j) > band || i == empty || j == empty ? 0 : a[i][j];
                    greatest = Math.max(greatest, Math.abs(a[i][j]));
                }
            }
            // twice what the eigenvalues can reach
            double tau = greatest == 0 ? 1 : 2 * d * greatest;
            double[] b = state(random, entries, d);
            return new Call(() -> {
                double[] v = amidPoison(flat(a));
                for (int i = 0; i < d; i++) {
                    Arrays.fill(v, i * d, i * d + i, Double.NaN);
                }
                double[] diagonal = amidPoison(new double[d]);
                Arrays.fill(diagonal, Double.NaN);
                double[] off = diagonal.clone();
                double[] scale = diagonal.clone();
                Tridiagonal.reduce(v, d, diagonal, off, scale, wideWork(Tridiagonal.reduceWorkLength(d)));
                double[] x = amidPoison(b);
                Tridiagonal.toBasis(v, scale, d, x);
                Tridiagonal.solve(diagonal, off, tau, d, x, wideWork(d));
                Tridiagonal.fromBasis(v, scale, d, x);
                for (int i = 0; i < d; i++) {
                    if (!DoubleStream.of(v).skip(i * d).limit(i).allMatch(Double::isNaN)) {
                        throw new AssertionError("an entry left of the diagonal was written");
                    }
                    Arrays.fill(v, i * d, i * d + i, 0);
                    v[i * d + i] = 0;
                    Arrays.fill(v, i < d - 2 ? (i + 1) * d : i * d + i, (i + 1) * d, 0);
                }
                return joined(bits(diagonal, d), bits(off, d), bits(scale, d), bits(x, d), bits(v, d * d));
            }, () -> {
                OrderedReference.TridiagonalForm form = OrderedReference.tridiagonal(a);
                double[] x = form.fromBasis(form.solve(tau, form.toBasis(b)));
                return joined(bits(form.diagonal()), bits(form.off()), bits(form.c()), bits(x), bits(flat(form.v())));
            });
        }
    },
    /** From the start of a stream. */
    RANDOM_WORDS {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            int count = count(random, d, rows);
            int offset = random.nextInt(5);
            long seed = random.nextLong();
            long stream = random.nextBoolean() ? random.nextInt(1000) : random.nextLong();
            return new Call(() -> {
                int[] state = amidPoison(new int[RandomStreams.STATE]);
                RandomStreams.start(seed, stream, state);
                int[] out = new int[offset + count + 3];
                Arrays.fill(out, POISON);
                RandomStreams.words(state, out, offset, count);
                if (!IntStream.range(0, out.length)
                        .allMatch(i -> i >= offset && i < offset + count || out[i] == POISON)) {
                    throw new AssertionError("an entry beside the words was written");
                }
                return joined(bits(Arrays.copyOfRange(out, offset, offset + count), count), bits(state, STATE));
            }, () -> {
                OrderedStream model = OrderedStream.of(seed, stream);
                return joined(bits(model.words(count), count), bits(model.state(), STATE));
            });
        }
    },
    RANDOM_UNIFORMS {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            float[] highs = {0, 1, 0.1f, 0x1p-102f, Float.MAX_VALUE, random.nextFloat(), 1000 * random.nextFloat()};
            float high = highs[random.nextInt(highs.length)];
            return fromState(random, count(random, d, rows),
                    (state, out, offset, count) -> RandomStreams.uniforms(state, high, out, offset, count),
                    (stream, count) -> stream.uniforms(high, count));
        }
    },
    RANDOM_NORMALS {
        @Override
        Call draw(Random random, Entries entries, int d, int rows) {
            return fromState(random, count(random, d, rows), RandomStreams::normals, OrderedStream::normals);
        }
    };

    /** Numbers that the vector twin makes of a stream before it makes more are 1024. */
    private static final int[] COUNTS = {
        0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 96, 1023, 1024, 1025, 1040, 1056, 2100
    };
    private static final int STATE = RandomStreams.STATE;
    /** An int that a word is with a probability of 2⁻³². */
    private static final int POISON = 0xdeadbeef;

    private static int count(Random random, int d, int rows) {
        return random.nextInt(3) == 0 ? d * rows : COUNTS[random.nextInt(COUNTS.length)];
    }

    private interface Draw {
        void draw(int[] state, float[] out, int offset, int count);
    }

    private interface OrderedDraw {
        float[] draw(OrderedStream stream, int count);
    }

    /** Numbers from any state, and the state that they leave. */
    private static Call fromState(Random random, int count, Draw kernel, OrderedDraw ordered) {
        int[] start = random.ints(STATE).toArray();
        int offset = random.nextInt(5);
        return new Call(() -> {
            int[] state = amidPoison(start);
            float[] out = Matrix.amidPoison(new float[count], offset);
            Arrays.fill(out, offset, offset + count, Float.NaN);
            kernel.draw(state, out, offset, count);
            for (int i = 0; i < offset; i++) {
                if (!Float.isNaN(out[i])) {
                    throw new AssertionError("an entry before " + offset + " was written");
                }
            }
            return joined(bits(out, offset, count), bits(state, STATE));
        }, () -> {
            OrderedStream model = new OrderedStream(start);
            return joined(bits(ordered.draw(model, count), 0, count), bits(model.state(), STATE));
        });
    }

    private static int[] amidPoison(int[] values) {
        int[] array = Arrays.copyOf(values, values.length + 2);
        Arrays.fill(array, values.length, array.length, POISON);
        return array;
    }

    /** Of the first {@code length} entries; what follows must still be poison. */
    private static long[] bits(int[] array, int length) {
        if (!IntStream.of(array).skip(length).allMatch(value -> value == POISON)) {
            throw new AssertionError("an entry from " + length + " on was written");
        }
        return IntStream.of(array).limit(length).mapToLong(Integer::toUnsignedLong).toArray();
    }

    private static long[] joined(long[]... parts) {
        return Arrays.stream(parts).flatMapToLong(LongStream::of).toArray();
    }

    /** A call on the same inputs by the kernel and by the model of its order; each returns the bits of its result. */
    record Call(Supplier<long[]> kernel, Supplier<long[]> ordered) {}

    /** With d features; what {@code rows} counts depends on the operation. */
    abstract Call draw(Random random, Entries entries, int d, int rows);

    /** Demonstrations of d features, their labels amid poison, and the last row of P. */
    private record Demonstrations(Matrix x, float[] y, int yOffset, float[] p) {
        /** What all rows add to a state. */
        Call context(double[] start, int rows) {
            return new Call(() -> {
                double[] a = amidPoison(start);
                accumulate(a, 0, rows);
                return bits(a, start.length);
            }, () -> orderedContext(start));
        }

        static Demonstrations draw(Random random, Entries entries, int d, int rows) {
            return draw(random, entries, d, rows, false);
        }

        static Demonstrations draw(Random random, Entries entries, int d, int rows, boolean lines) {
            int yOffset = random.nextInt(4);
            Matrix x = lines ? Matrix.drawLines(random, entries, rows, d) : Matrix.draw(random, entries, rows, d);
            // labels are mostly −1 and +1, but nothing asks for it
            float[] y = random.nextInt(4) == 0
                    ? Matrix.vector(random, entries.tamed(), rows)
                    : Matrix.labels(random, rows);
            for (int n = 0; entries == Entries.UNDERFLOWING && n < rows; n++) {
                // a label of 0 shows the sign that the features' product underflowed to
                y[n] = random.nextInt(2);
            }
            return new Demonstrations(
                    x, Matrix.amidPoison(y, yOffset), yOffset, Matrix.vector(random, entries.tamed(), d + 1));
        }

        float[] labels() {
            return Arrays.copyOfRange(y, yOffset, yOffset + x.rows());
        }

        void accumulate(double[] a, int from, int to) {
            int d = x.columns();
            LinearAttention.accumulate(x.array(), x.offset() + from * x.stride(), x.stride(), to - from, d, y,
                    yOffset + from, Matrix.amidPoison(p, 0), a, work(LinearAttention.contextWorkLength(d)));
        }

        long[] orderedContext(double[] start) {
            double[] a = start.clone();
            OrderedReference.addContext(a, x.floats(), labels(), p);
            return bits(a, a.length);
        }
    }

    /** Zero, −0, or something that float cannot hold; −0 is the one that shows the sign of a zero added to it. */
    private static double[] state(Random random, Entries entries, int length) {
        int kind = entries == Entries.UNDERFLOWING ? 1 : random.nextInt(3);
        return DoubleStream.generate(() -> kind == 0 ? 0.0 : kind == 1 ? -0.0 : entries.next(random) / 3.0)
                .limit(length)
                .toArray();
    }

    private static double[][] symmetric(Random random, Entries entries, int size) {
        double[][] g = new double[size][];
        for (int i = 0; i < size; i++) {
            g[i] = state(random, entries, size);
            for (int j = 0; j < i; j++) {
                g[i][j] = g[j][i];
            }
        }
        return g;
    }

    /** Symmetric, a diagonal entry being the sum of the other magnitudes of its row, or 1 where that is 0. */
    private static double[][] dominated(Random random, Entries entries, int size) {
        double[][] a = symmetric(random, entries, size);
        for (int i = 0; i < size; i++) {
            a[i][i] = 0;
            double sum = DoubleStream.of(a[i]).map(Math::abs).sum();
            a[i][i] = sum == 0 ? 1 : sum;
        }
        return a;
    }

    private static float[][] transposed(float[][] rows, int columns) {
        float[][] out = new float[columns][rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < columns; j++) {
                out[j][i] = rows[i][j];
            }
        }
        return out;
    }

    private static float[] work(int length) {
        float[] work = new float[length];
        Arrays.fill(work, Float.NaN);
        return work;
    }

    private static double[] wideWork(int length) {
        double[] work = new double[length];
        Arrays.fill(work, Double.NaN);
        return work;
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    private static double[] amidPoison(double[] values) {
        double[] array = Arrays.copyOf(values, values.length + 2);
        Arrays.fill(array, values.length, array.length, Double.NaN);
        return array;
    }

    /** Of the first {@code length} entries; what follows must still be poison. */
    private static long[] bits(double[] array, int length) {
        if (!DoubleStream.of(array).skip(length).allMatch(Double::isNaN)) {
            throw new AssertionError("an entry from " + length + " on was written");
        }
        return bits(Arrays.copyOf(array, length));
    }

    /** What is not a number is open, and says so by bits that none has. */
    private static long[] certainOrOpen(DoubleStream values) {
        return values.mapToLong(value -> Double.isNaN(value) ? -1 : Double.doubleToLongBits(value)).toArray();
    }

    private static long[] bits(double... values) {
        return Arrays.stream(values).mapToLong(Double::doubleToLongBits).toArray();
    }

    private static long[] bits(float[] array, int from, int length) {
        long[] bits = new long[length];
        for (int j = 0; j < length; j++) {
            bits[j] = Float.floatToIntBits(array[from + j]);
        }
        for (int j = from + length; j < array.length; j++) {
            if (!Float.isNaN(array[j])) {
                throw new AssertionError("entry " + j + " was written");
            }
        }
        return bits;
    }

    private static long[] bits(Matrix matrix) {
        if (!matrix.isIntact()) {
            throw new AssertionError("an entry outside the rows was written");
        }
        return bits(matrix.floats());
    }

    private static long[] bits(float[][] rows) {
        return Arrays.stream(rows).flatMapToLong(row -> LongStream.of(bits(row, 0, row.length))).toArray();
    }
}
