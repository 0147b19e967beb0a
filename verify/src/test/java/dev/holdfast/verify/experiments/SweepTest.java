package dev.holdfast.verify.experiments;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.verify.experiments.Sweep.Point;
import dev.holdfast.verify.report.Series;
import dev.holdfast.verify.tasks.NormalTasks;
import dev.holdfast.verify.tasks.Task;
import dev.holdfast.verify.tasks.TaskFamily;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SweepTest {
    private static TaskFamily family(int count, int d) {
        return new NormalTasks(
                new NormalTasks.Sizes(count, 50, 40, 3), new NormalTasks.Features(2, d - 2, 0, 1, 0.1, 0.2));
    }

    private static List<Point> grid() {
        List<Point> points = new ArrayList<>();
        for (int d = 3; d <= 20; d += 4) {
            points.add(new Point(family(5 + d, d), Sweep.accuracyAt(d, NamedLearner.ideal(d), 0.1)));
        }
        return points;
    }

    @Test
    void noNumberDependsOnThreads() {
        AtomicInteger done = new AtomicInteger();
        Map<String, List<Estimate>> one = Sweep.run(grid(), 1, done::incrementAndGet);
        assertEquals(Sweep.tasks(grid()), done.get());
        assertEquals(one, Sweep.run(grid(), 2, () -> {}));
        assertEquals(one, Sweep.run(grid(), 3, () -> {}));
    }

    /** A family that counts how often its tasks are made. */
    @Test
    void aTaskIsMadeOnceForEveryWeightAndEveryRadius() {
        AtomicInteger made = new AtomicInteger();
        TaskFamily inner = family(7, 10);
        TaskFamily counting = new TaskFamily() {
            @Override
            public int count() {
                return inner.count();
            }

            @Override
            public int features() {
                return inner.features();
            }

            @Override
            public Task task(int t) {
                made.incrementAndGet();
                return inner.task(t);
            }
        };
        double[] epsilons = {0.2, 0, 0.1};
        Map<String, List<Estimate>> swept =
                Sweep.run(List.of(new Point(counting, Sweep.accuracy(NamedLearner.ideal(10), epsilons))), 2, () -> {});
        assertEquals(7, made.get());
        assertEquals(List.of("standard", "adversarial"), List.copyOf(swept.keySet()));
        for (List<Estimate> estimates : swept.values()) {
            assertArrayEquals(epsilons, estimates.stream().mapToDouble(Estimate::x).toArray());
            assertTrue(estimates.stream().allMatch(estimate -> estimate.tasks() == 7));
        }
    }

    /** 0, 1, 4 and 9 have the mean 3.5. */
    @Test
    void meansDeviationsAndErrorsAreOverTasksAndSeriesInTheOrderOfPoints() {
        AtomicInteger next = new AtomicInteger();
        Sweep.Measure squares = (task, numbers) -> {
            int t = next.getAndIncrement();
            numbers.add("a", 8, t * t);
            numbers.add("b", 8, 1);
        };
        Sweep.Measure again = (task, numbers) -> numbers.add("a", 4, 2);
        Map<String, List<Estimate>> swept =
                Sweep.run(List.of(new Point(family(4, 3), squares), new Point(family(1, 3), again)), 1, () -> {});
        double sd = Math.sqrt((3.5 * 3.5 + 2.5 * 2.5 + 0.5 * 0.5 + 5.5 * 5.5) / 3);
        Estimate a = swept.get("a").getFirst();
        assertEquals(new Estimate(8, 3.5, sd, 4), a);
        assertEquals(sd / 2, a.standardError());
        assertEquals(new Estimate(4, 2, Double.NaN, 1), swept.get("a").get(1));
        Series series = Sweep.series(swept).getFirst();
        assertEquals("a", series.name());
        assertArrayEquals(new double[] {8, 4}, series.x());
        assertEquals(3.5 - sd, series.low()[0]);
        assertEquals(3.5 + sd, series.high()[0]);
    }

    @Test
    void aMeasureHasTheSameNumbersForEveryTask() {
        AtomicInteger next = new AtomicInteger();
        Sweep.Measure other = (task, numbers) -> numbers.add("a", next.getAndIncrement(), 1);
        Exception e = assertThrows(IllegalStateException.class,
                () -> Sweep.run(List.of(new Point(family(3, 3), other)), 1, () -> {}));
        assertEquals("task 1 has the number a at 1.0, expected a at 0.0 as task 0 has", e.getMessage());
        Sweep.Measure fewer = (task, numbers) -> {
            if (next.getAndIncrement() < 5) {
                numbers.add("a", 0, 1);
            }
        };
        e = assertThrows(IllegalStateException.class,
                () -> Sweep.run(List.of(new Point(family(3, 3), fewer)), 1, () -> {}));
        assertEquals("task 2 has 0 numbers, expected 1 as task 0 has", e.getMessage());
    }

    @Test
    void aMeasureThatFailsFailsTheSweep() {
        Sweep.Measure broken = (task, numbers) -> {
            throw new IllegalStateException("broken");
        };
        Exception e = assertThrows(IllegalStateException.class,
                () -> Sweep.run(List.of(new Point(family(3, 3), broken)), 2, () -> {}));
        assertEquals("broken", e.getMessage());
    }
}
