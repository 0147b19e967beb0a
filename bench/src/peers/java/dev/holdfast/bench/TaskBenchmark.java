package dev.holdfast.bench;

import dev.holdfast.bench.peers.PyTorchAuthorsTask;
import dev.holdfast.bench.peers.PyTorchTask;
import dev.holdfast.bench.peers.TaskPeer;
import org.openjdk.jmh.annotations.Benchmark;

/** A whole task, with PyTorch. */
public class TaskBenchmark extends AbstractTaskBenchmark {
    @Override
    TaskPeer peer(String method) {
        return switch (method) {
            case "pytorch" -> new PyTorchTask(x, y, queries, labels, EPSILON);
            case "pytorchAuthors" -> new PyTorchAuthorsTask(x, y, queries, labels, EPSILON);
            default -> super.peer(method);
        };
    }

    /** PyTorch in the order of products that costs it least. */
    @Benchmark
    public void pytorch() {
        peer.run();
    }

    /** PyTorch in the authors' order of products. */
    @Benchmark
    public void pytorchAuthors() {
        peer.run();
    }
}
